import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Note {
  readonly id: number;
  readonly user: { readonly login: string };
  readonly author: { readonly id: number };
  body: string;
}

/** The only token that may do anything. */
const TOKEN = 'let-me-in';
const PER_PAGE = 100;

/** A stand-in for GitHub and GitLab on loopback: users, pull requests and comments, as far as a plan needs them. */
export class Forge {
  /** Comments of every pull request. */
  notes: Note[] = [];
  /** Method and path of the questions. */
  asked: string[] = [];
  /** Open pull requests. */
  pulls: { readonly number: number; readonly head: { readonly sha: string } }[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        const url = new URL(request.url!, 'http://localhost');
        const { authorization, 'private-token': token } = request.headers;
        this.asked.push(`${request.method} ${url.pathname}`);
        const allowed = authorization === `Bearer ${TOKEN}` || token === TOKEN;
        response.writeHead(allowed ? 200 : 403, { 'content-type': 'application/json' });
        response.end(JSON.stringify(allowed ? this.answer(request.method!, url, body) : {}));
      });
    });
  }

  static async open(): Promise<Forge> {
    const forge = new Forge();
    await new Promise<void>((done) => forge.#server.listen(0, '127.0.0.1', done));
    return forge;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  reset(): void {
    [this.notes, this.asked, this.pulls] = [[], [], []];
  }

  close(): void {
    this.#server.close();
  }

  /** Lists in pages, new and changed comments. */
  private answer(method: string, { pathname, searchParams }: URL, body: string): unknown {
    if (pathname === '/user') return { id: 7 };
    if (pathname.endsWith('/pulls')) return this.pulls;
    const from = (Number(searchParams.get('page') ?? 1) - 1) * PER_PAGE;
    if (method === 'GET') return this.notes.slice(from, from + PER_PAGE);
    const id = /\/(?:comments|notes)\/(\d+)$/.exec(pathname)?.[1];
    const written = (JSON.parse(body) as { body: string }).body;
    if (id === undefined) this.notes.push(note(this.notes.length + 1, 'github-actions[bot]', 7, written));
    else this.notes.find((one) => one.id === Number(id))!.body = written;
    return {};
  }
}

export function note(id: number, login: string, author: number, body: string): Note {
  return { id, user: { login }, author: { id: author }, body };
}
