#!/usr/bin/env node
'use strict';

// A gRPC client as any team writes one: @grpc/grpc-js and the exported .proto files, and nothing of the gateway's.
// usage: grpc-client.js PROTO_DIRECTORY TARGET SERVICE    Prints what each call came to, as JSON; exit status 1 when one is not as it must be.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [ directory, target, service ] = process.argv.slice(2);
const files = fs.readdirSync(directory, { recursive: true }).map(String).filter(file => file.endsWith('.proto'));
const definition = loader.loadSync(files, { includeDirs: [ directory ], keepCase: true, longs: String, enums: String, defaults: true });
const Client = service.split('.').reduce((found, name) => found[name], grpc.loadPackageDefinition(definition));
const client = new Client(target, grpc.credentials.createInsecure());

const call = (method, request) => new Promise((resolve, reject) => {
  client[method](request, { deadline: Date.now() + 10000 }, (error, response) => (error ? reject(error) : resolve(response)));
});

async function main() {
  const shown = {};
  shown.greet = await call('greet', { name: 'Ada' });
  assert.equal(shown.greet.value, 'Hello, Ada!');

  shown.add = await call('add', { left: 40, right: '9007199254740953' });
  assert.equal(shown.add.value, '9007199254740993', 'a long that no double holds');

  shown.place = await call('place', {
    id: 'o-1', number: '9007199254740993', status: 'NEW', total: { value: '12345678901234567890.10' },
    created: { seconds: '1714979289', nanos: 123000000 }, address: { street: 'Nanjing Road 1', city: 'Shanghai', zip: '200000' },
    items: [ { sku: 'sku-1', quantity: 2, price: { value: '9.95' } } ], tags: [ 'gift' ], notes: { colour: 'blue' },
  });
  assert.equal(shown.place.status, 'PAID');
  assert.equal(shown.place.number, '9007199254740993');
  assert.equal(shown.place.total.value, '12345678901234567890.10');
  assert.equal(shown.place.created.seconds, '1714979289');
  assert.equal(shown.place.items[0].price.value, '9.95');
  assert.equal(shown.place.notes.colour, 'blue');

  shown.find = await call('find', { customer: 'ada', count: 2 });
  assert.deepEqual(shown.find.value.map(order => order.id), [ 'ada-1', 'ada-2' ]);

  shown.page = await call('page', { count: 2 });
  assert.equal(shown.page.total, 20);
  assert.equal(shown.page.items[1].sku, 'sku-2');

  shown.stock = await call('stock', { levels: { apples: 3 } });
  assert.equal(shown.stock.value.apples, 4);

  shown.fail = await call('fail', { kind: 'business' }).then(
    () => assert.fail('the business failure came as a result'),
    error => ({ code: grpc.status[error.code], details: error.details }));
  assert.match(shown.fail.details, /order refused/);
  console.log(JSON.stringify(shown, null, 1));
}

main().then(() => client.close(), error => {
  console.error(`${service}: ${error.message}`);
  process.exit(1);
});
