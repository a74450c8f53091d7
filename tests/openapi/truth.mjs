// Calls a running gateway by an exported description alone, and asks Ajv whether requests and answers are what it says: paths, places of
// parameters and media types come from the description; so do the statuses, and no class may have a member that it does not name.
// usage: truth.mjs DESCRIPTION.json http://HOST:PORT bound|canonical    Ends with "N passed, N failed".
import fs from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const [file, base, suite] = process.argv.slice(2);
const description = JSON.parse(fs.readFileSync(file, 'utf8'));
const ajv = new Ajv2020.default({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addFormat('decimal', true);
ajv.addFormat('uint64', true);

// Nothing undeclared: closed copies of all classes and problems.
const closed = structuredClone(description);
for (const schema of Object.values(closed.components.schemas)) {
  if (schema.properties) schema.additionalProperties = false;
}
ajv.addSchema(closed, 'description');

const operations = new Map();
for (const [path, item] of Object.entries(description.paths)) {
  for (const [verb, operation] of Object.entries(item)) operations.set(operation.operationId, { path, verb, operation });
}

let passed = 0;
let failed = 0;
const used = new Set();

function errorsOf(schema, value) {
  const local = JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"description#/components'));
  const validate = ajv.compile(local);
  return validate(value) ? null : JSON.stringify(validate.errors);
}

const resolve = (node) => (node.$ref ? node.$ref.slice(2).split('/').reduce((at, key) => at[key], description) : node);

/** Builds the request from the description; throws where it has no place for an argument. */
function request({ path, verb, operation }, args, says) {
  const url = new URL(base);
  const headers = { accept: args.accept ?? 'application/json' };
  let target = path;
  const left = new Set(Object.keys(args.parameters ?? {}));
  for (const parameter of operation.parameters.map(resolve)) {
    const value = args.parameters?.[parameter.name];
    if (!left.delete(parameter.name)) {
      if (parameter.required) says.push(`the parameter ${parameter.name} is missing`);
      continue;
    }

    const wrong = errorsOf(parameter.schema, value);
    if (wrong) says.push(`${parameter.name}: ${wrong}`);
    if (parameter.in === 'path') target = target.replace(`{${parameter.name}}`, encodeURIComponent(value));
    else if (parameter.in === 'query') url.searchParams.append(parameter.name, value);
    else if (parameter.in === 'header') headers[parameter.name] = String(value);
    else throw new Error(`no case for ${parameter.in}`);
  }

  if (left.size > 0) throw new Error(`the description has no parameter ${[...left]}`);
  let body;
  if (args.body !== undefined) {
    const mediaType = args.mediaType ?? 'application/json';
    const content = operation.requestBody?.content[mediaType];
    if (!content) throw new Error(`the description takes no ${mediaType}`);
    const wrong = content.schema && !(args.body instanceof Uint8Array) ? errorsOf(content.schema, args.body) : null;
    if (wrong) says.push(`body: ${wrong}`);
    headers['content-type'] = mediaType;
    body = mediaType === 'application/json' ? JSON.stringify(args.body)
      : mediaType.endsWith('urlencoded') ? new URLSearchParams(args.body).toString()
      : args.body;
  } else if (operation.requestBody?.required) {
    says.push('the body is missing');
  }

  return fetch(`${url.origin}${target}${url.search}`, { method: verb.toUpperCase(), headers, body });
}

async function answerErrors({ operation }, response) {
  const named = operation.responses[response.status];
  const described = resolve(named ?? operation.responses.default);
  const mediaType = (response.headers.get('content-type') ?? '').split(';')[0];
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (!described.content) return bytes.length === 0 ? null : 'a body that the description does not have';
  const content = described.content[mediaType];
  if (!content) return `the media type '${mediaType}'`;
  const text = new TextDecoder().decode(bytes);
  if (mediaType === 'application/x-ndjson') {
    const lines = text.trim().split('\n').map((l) => JSON.parse(l));
    return lines.map((l) => errorsOf(content['x-item-schema'], l)).find((e) => e) ?? null;
  }

  if (mediaType.endsWith('json')) return errorsOf(content.schema, JSON.parse(text));
  return mediaType === 'text/plain' ? errorsOf(content.schema, text) : null;
}

/** @param refused Whether the description itself must refuse the request. */
async function call(id, args, status, refused = false) {
  const name = `${id} ${JSON.stringify(args).slice(0, 120)}`;
  const fail = (why) => {
    failed += 1;
    console.log(`FAILED ${name}: ${why}`);
  };
  try {
    const found = operations.get(id);
    if (!found) return fail('the description has no such operation');
    used.add(id);
    const says = [];
    const response = await request(found, args, says);
    if (response.status !== status) return fail(`status ${response.status}: ${await response.text()}`);
    if ((says.length > 0) !== refused) return fail(refused ? 'the description takes what the gateway refuses' : `the request: ${says}`);
    const wrong = await answerErrors(found, response);
    if (wrong) return fail(`the answer: ${wrong}`);
    passed += 1;
  } catch (error) {
    fail(error.stack);
  }
}

const order = {
  id: 'A-1', number: '9007199254740993', status: 'PAID', total: '12.50', created: '2024-02-29T12:00:00.000Z',
  address: { street: 'Main 1', city: 'Ulm', zip: '89073' }, items: [{ sku: 'x', quantity: 2, price: '1.25' }], tags: ['a', null],
  notes: { k: 'v' },
};
const numbers = { b: 1, s: 2, i: 3, l: 4, f: 1.5, d: 2.25, flag: true, ch: 'x', price: '1.10', big: '123456789012345678901' };
delete numbers.big;

if (suite === 'bound') {
  for (const peer of ['Bolt', 'Dubbo']) {
    const o = `${peer}OrderService`;
    await call(`${o}_greet`, { parameters: { name: 'Ada' } }, 200);
    await call(`${o}_greet`, { parameters: { name: 'Ada' }, accept: 'text/plain' }, 200);
    await call(`${o}_greet`, { parameters: { name: 'Ada', 'x-bridge-timeout-ms': 5000 } }, 200);
    await call(`${o}_numbers`, { body: numbers }, 200);
    await call(`${o}_numbers`, { body: { ...numbers, i: 'three' } }, 400, true);
    await call(`${o}_numbers`, { body: { ...numbers, b: 200 } }, 400, true);
    await call(`${o}_add`, { parameters: { left: 2, right: '9007199254740993' } }, 200);
    await call(`${o}_add`, { parameters: { left: 2, right: 3 } }, 200);
    await call(`${o}_add`, { parameters: { left: 'two', right: 3 } }, 400, true);
    await call(`${o}_price`, { parameters: { value: '1.10' } }, 200);
    await call(`${o}_place`, { body: order }, 200);
    await call(`${o}_place`, { body: { ...order, status: 'LOST' } }, 400, true);
    await call(`${o}_place`, { body: { ...order, total: 'much' } }, 400, true);
    await call(`${o}_get`, { parameters: { id: 'A-1' } }, 200);
    await call(`${o}_find`, { parameters: { customer: 'Ada', count: 2 } }, 200);
    await call(`${o}_find`, { parameters: { customer: 'Ada' } }, 400, true);
    await call(`${o}_page`, { parameters: { count: 2 } }, 200);
    await call(`${o}_stock`, { body: { a: 1, b: 2 } }, 200);
    await call(`${o}_stock`, { body: { a: 'x' } }, 400, true);
    await call(`${o}_ranks`, { body: { 1: 'gold' } }, 200);
    await call(`${o}_nothing`, { body: { value: 'x' }, mediaType: 'application/x-www-form-urlencoded' }, 200);
    await call(`${o}_touch`, { parameters: { id: 'A-1' } }, 204);
    await call(`${o}_blob`, { body: 'text' }, 200);
    await call(`${o}_blob`, { body: 'text', mediaType: 'text/plain' }, 200);
    await call(`${o}_bytes`, { body: Buffer.from('bytes').toString('base64') }, 200);
    await call(`${o}_bytes`, { body: new Uint8Array([1, 2, 255]), mediaType: 'application/octet-stream', accept: 'application/octet-stream' }, 200);
    await call(`${o}_slow`, { parameters: { millis: 1 } }, 200);
    await call(`${o}_slow`, { parameters: { millis: 5000, 'x-bridge-timeout-ms': 100 } }, 504);
    await call(`${o}_fail`, { parameters: { kind: 'business' } }, 422);
    await call(`${o}_fail`, { parameters: { kind: 'runtime' } }, 500);
    const c = `${peer}CornerService`;
    await call(`${c}_multiply`, { parameters: { left: 6, right: 7 } }, 200);
    await call(`${c}_raise`, { parameters: { kind: 'cause' } }, 422);
    await call(`${c}_lookup`, { parameters: { id: 'A-1' } }, 200);
    await call(`${c}_lookup_2`, { parameters: { number: 7 } }, 200);
    await call(`${c}_lookup_3`, { parameters: { id: 'A-1', count: 2 } }, 200);
    await call(`${c}_keep`, { body: { sku: 'x', quantity: 1, price: '2.5' } }, 200);
    await call(`${c}_restock`, { body: [{ sku: 'x', quantity: 1, price: '2.5' }] }, 200);
    await call(`${c}_produce`, { parameters: { count: 10 } }, 200);
    await call(`${c}_graph`, { parameters: { shape: 'shared' } }, 200);
    await call(`${c}_compare`, { body: { left: { name: 'a', next: null, twin: null }, right: null } }, 200);
  }

  const stream = { sku: 'x', count: 3, pauseMs: 0 };
  await call('GrpcStreamService_watch', { parameters: stream, accept: 'application/x-ndjson' }, 200);
  await call('GrpcStreamService_watch', { parameters: stream, accept: 'text/event-stream' }, 200);
} else {
  const plain = { ...order, number: '7', total: 12.5, created: 1709208000000, items: [{ sku: 'x', quantity: 2, price: 1.25 }] };
  await call('DubboOrderService_find', { body: { customer: 'Ada', count: 2 } }, 200);
  await call('DubboOrderService_find', { body: { customer: 'Ada' } }, 400, true);
  await call('DubboOrderService_place', { body: { order: plain } }, 200);
  await call('DubboOrderService_place', { body: { order: { ...plain, number: 'x' } } }, 400, true);
  await call('DubboOrderService_touch', { body: { id: 'A-1' } }, 204);
  await call('DubboOrderService_fail', { body: { kind: 'business' } }, 410);
  await call('DubboOrderService_fail', { body: { kind: 'runtime' } }, 500);
  await call('DubboCornerService_tell', { body: { note: 'x' } }, 202);
  await call('DubboCornerService_lookup', { body: { id: 'A-1' } }, 200);
  await call('DubboCornerService_lookup', { body: { id: 'A-1', count: 2 } }, 200);
}

console.log(`${used.size} operations were called`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
