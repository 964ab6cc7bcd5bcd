import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { schemaFiles, type JsonSchema } from '../../../compiler/codegen/schemas.ts';
import { packageRoot } from '../../../compiler/package/package-files.ts';
import { objectOf, objects, parameter, parameters, schemaDefaults } from '../../../compiler/schema/table.ts';
import { isPublished } from '../../../compiler/schema/published.ts';
import {
  secrecyOf,
  secrecyOfField,
  secrecyOfItem,
  takesSecrets,
  type Place,
} from '../../../compiler/schema/secrecy.ts';
import { validateObject, validateParameter } from '../../../compiler/schema/validators.gen.js';

const root = packageRoot();
const files = (['params', 'defs'] as const).flatMap((directory) =>
  schemaFiles(root, directory).map((file) => ({ ...file, directory })),
);

/** Every schema in a file with its path. */
function walk(path: string, schema: JsonSchema, visit: (path: string, schema: JsonSchema) => void): void {
  visit(path, schema);
  for (const [name, property] of Object.entries(schema.properties ?? {})) walk(`${path}.${name}`, property, visit);
  if (schema.items !== undefined) walk(`${path}[]`, schema.items, visit);
  if (typeof schema.additionalProperties === 'object') walk(`${path}{}`, schema.additionalProperties, visit);
  for (const option of schema.anyOf ?? []) walk(`${path}|`, option, visit);
}

test('everything is described, in sentences', () => {
  const missing: string[] = [];
  for (const { name, schema } of files) {
    walk(name, schema, (path, { description, properties }) => {
      const described = properties === undefined ? [] : Object.entries(properties);
      if (path === name && !/^[A-Z`].*\.$/.test(description ?? '')) missing.push(path);
      for (const [field, property] of described)
        if (!/^[A-Z`].*\.$/.test(property.description ?? '')) missing.push(`${path}.${field}`);
    });
  }
  assert.equal(missing, []);
});

test('no reference facts or placeholder patterns are left', () => {
  for (const { name, schema } of files) {
    walk(name, schema, (path, node) => {
      assert.not.ok('x-hint' in node, path);
      if (node.pattern !== undefined)
        assert.ok(node.pattern.startsWith('^') && node.pattern.endsWith('$'), `${path}: ${node.pattern}`);
    });
  }
});

test('a parameter is declared once, with section, level, type and a shape', () => {
  const names = files
    .filter(({ directory }) => directory === 'params')
    .flatMap(({ schema }) => Object.keys(schema.properties ?? {}));
  assert.is(new Set(names).size, names.length);
  assert.equal([...parameters().keys()], names);
  for (const info of parameters().values()) {
    assert.ok(info.levels.length > 0 && info.levels.every((level) => 'GCIA'.includes(level)), info.name);
    assert.match(info.section, /^[A-Z_]+$/, info.name);
    assert.ok(info.type !== '' && info.module !== '', info.name);
    assert.ok(validateParameter(info.name) !== undefined, info.name);
  }
});

test('every secret that a default gives is marked as published', () => {
  const open: string[] = [];
  const visit = (place: Place, name: string, value: unknown, path: string): void => {
    if (Array.isArray(value)) for (const item of value) visit(secrecyOfItem(place), name, item, path);
    else if (typeof value === 'object' && value !== null)
      for (const [key, item] of Object.entries(value)) visit(secrecyOfField(place, key), key, item, `${path}.${key}`);
    else if (takesSecrets(place) && typeof value === 'string' && value !== '' && !isPublished(name, value))
      open.push(path);
  };
  for (const [name, value] of schemaDefaults()) visit(secrecyOf(name), name, value, name);
  for (const object of objects().values())
    for (const field of object.fields) visit(field.secret, field.name, field.default, `${object.name}.${field.name}`);
  assert.equal(open, ['pgbackrest_repo.minio.s3_key'], 'the name of a user');
});

test('references lead to objects, and objects name who uses them', () => {
  for (const info of [...parameters().values(), ...[...objects().values()].flatMap(({ fields }) => fields)]) {
    if (info.object !== undefined) assert.ok(objectOf(info.object.name) !== undefined, info.name);
  }
  for (const info of objects().values()) assert.ok(info.usedBy.length > 0, info.name);
});

test('defaults fit their own schema', () => {
  for (const [name, value] of schemaDefaults()) {
    const validate = validateParameter(name)!;
    assert.ok(validate(value), `${name}: ${JSON.stringify(validate.errors)}`);
  }
  for (const { name, fields } of objects().values()) {
    for (const field of fields) {
      if (field.default === undefined) continue;
      const validate = validateObject(name)!;
      validate({ [field.name]: field.default });
      const wrong = (validate.errors ?? []).filter(({ instancePath }) => instancePath.startsWith(`/${field.name}`));
      assert.equal(wrong, [], `${name}.${field.name}`);
    }
  }
});

test('whoever stores a password says that it is secret', () => {
  for (const info of [...parameters().values(), ...[...objects().values()].flatMap(({ fields }) => fields)]) {
    if (info.type === 'password') assert.is(info.secret, true, info.name);
    if (/_password$|^password$|secret_key|cipher_pass/.test(info.name)) assert.is(info.secret, true, info.name);
  }
});

test('the table knows names, defaults and modules', () => {
  const port = parameter('pg_port')!;
  assert.equal([port.camel, port.module, port.emits, port.default, port.type], ['pgPort', 'PGSQL', true, 5432, 'port']);
  assert.is(parameter('kafka_port')!.emits, false);
  assert.is(parameter('patroni_citus_db'), undefined);
  assert.equal(parameter('pg_users')!.object, { name: 'user', container: 'list' });
  assert.equal(parameter('redis_instances')!.object, { name: 'redis-instance', container: 'map' });
  const instance = new Map(objectOf('redis-instance')!.fields.map((field) => [field.name, field]));
  assert.is(instance.get('redis_password')?.secret, true);
  assert.is(instance.has('redis_mode'), false);
  assert.is(objectOf('user')!.fields.find(({ name }) => name === 'name')!.required, true);
  assert.is(objectOf('pgbackrest-repo')!.open, true);
});

test.run();
