/**
 * Templates for outputs that are prose with few branches. A template sees a finished view-model and takes no decisions;
 * a name the view does not have is an error everywhere, also inside `if` and `for`, where nunjucks itself would be silent.
 */
import nunjucks from 'nunjucks';
import { packageText } from './package-text.ts';

export type View = Readonly<Record<string, unknown>>;

interface Runtime {
  contextOrFrameLookup(context: Context, frame: unknown, name: string): unknown;
  memberLookup(object: unknown, key: unknown): unknown;
}

interface Context {
  readonly ctx: Readonly<Record<string, unknown>>;
}

type RootRender = (env: unknown, context: Context, frame: unknown, runtime: Runtime, done: unknown) => void;

const environment = new nunjucks.Environment(null, {
  autoescape: false,
  throwOnUndefined: true,
  trimBlocks: true,
  lstripBlocks: true,
});
const compiled = new Map<string, nunjucks.Template>();

/** Renders `emitters/…/*.njk` (path relative to the package root), compiled once. */
export function renderTemplate(path: string, view: View): string {
  let template = compiled.get(path);
  if (template === undefined) {
    template = strictTemplate(packageText(path), path);
    compiled.set(path, template);
  }
  return template.render(view);
}

/** A compiled template whose lookups fail on unknown names. */
export function strictTemplate(source: string, path: string): nunjucks.Template {
  const template = new nunjucks.Template(source, environment, path, true);
  const patched = template as unknown as { rootRenderFunc: RootRender };
  const render = patched.rootRenderFunc;
  patched.rootRenderFunc = (env, context, frame, runtime, done) =>
    render(env, context, frame, strictRuntime(runtime, path), done);
  return template;
}

function strictRuntime(runtime: Runtime, path: string): Runtime {
  return {
    ...runtime,
    contextOrFrameLookup(context, frame, name) {
      const value = runtime.contextOrFrameLookup(context, frame, name);
      if (value === undefined && !(name in context.ctx)) throw new Error(`${path}: the view has no \`${name}\``);
      return value;
    },
    memberLookup(object, key) {
      if (object === undefined || object === null) throw new Error(`${path}: \`${String(key)}\` of nothing`);
      if (typeof object === 'object' && !(String(key) in object))
        throw new Error(`${path}: no member \`${String(key)}\``);
      return runtime.memberLookup(object, key);
    },
  };
}
