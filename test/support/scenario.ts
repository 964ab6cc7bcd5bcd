import type { Modelled } from '../../compiler/build/model.ts';
import { renderHosts } from '../../compiler/build/render-host.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { certificateRequests } from '../../compiler/pki/requests.ts';
import type { Pki } from '../../compiler/pki/certificates.ts';
import { hostFiles } from '../../compiler/phases/9-bundle/bundle-files.ts';
import { LocalKey } from '../../compiler/secrets/local-key.ts';
import { SealedSink, TwinSink } from '../../compiler/secrets/sinks.ts';

/** Fixed so that verifiers and fingerprints are the same everywhere. */
const KEY = new LocalKey(Buffer.alloc(32, 7));

/** Certificates are not what a scenario is about: the same words stand in for each. */
function standInPki(modelled: Modelled): Pki {
  const entries = new Map(
    certificateRequests(modelled.site).map((request) => [
      request.id,
      { request, key: 'PRIVATE KEY\n', certificate: 'CERTIFICATE\n' },
    ]),
  );
  return { authority: 'AUTHORITY\n', entries };
}

/** The reviewable part of a bundle: path below out/hosts → text. What is found while rendering is added to `diagnostics`. */
export function renderScenario(modelled: Modelled, diagnostics: Diagnostic[]): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const materials = { sinks: { sealed: new SealedSink(KEY), twin: new TwinSink(KEY) }, pki: standInPki(modelled) };
  for (const rendered of renderHosts(modelled, materials, diagnostics)) {
    for (const file of hostFiles(rendered).files) {
      if (!file.path.includes('/sealed/') && !file.path.endsWith('/lib.sh'))
        files.set(file.path.replace(/^hosts\//, ''), file.text);
    }
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}
