'use strict';

// Exceptions of every kind, and calls that cannot be made: what the caller is told, and that no callee is bothered where the gateway knows.

const { isMesh, isTyped } = require('../lib/cell');

const stock = { class: 'com.acme.order.StockException' };
const hidden = 'com.acme.internal.ShelfException';

/** What the contract does not declare keeps its class between ends of one protocol and for HTTP; a Java caller of another one might not
 * have the class, so it gets one that it has, with the class's name in the message. */
function undeclared({ caller, same }) {
  if (same) return { class: hidden, message: 'a shelf is gone', fields: { shelf: 'A-7' }, httpStatus: 500 };
  if (!isTyped(caller)) return { form: 'undeclared', class: hidden, message: 'a shelf is gone', absent: [ 'shelf', 'stackTrace' ] };
  return { form: 'undeclared', class: 'java.lang.RuntimeException', includes: [ hidden, 'a shelf is gone' ], absent: [ 'shelf' ] };
}

const int = value => ({ $class: 'int', $: value });
const order = (quantity, price) => ({ $class: 'com.acme.order.Item', $: { sku: 'sku-1', quantity, price } });
const decimal = value => ({ $class: 'java.math.BigDecimal', $: { value } });

/** A POST with a body that no typed value could give: by the canonical way an object of named arguments, natively one argument. */
const posted = (canonical, native) => ({ prefix, name }, method, binding) => ({
  verb: 'POST', path: binding === 'canonical' ? `/${name}/${method.name}` : prefix + method.http.path,
  headers: { accept: 'application/json', 'content-type': 'application/json' }, body: binding === 'canonical' ? canonical : native,
});

const badItem = '{"sku": "sku-1", "quantity": "many", "price": "1.50"}';
const badItems = '[{"sku": "sku-1", "quantity": 1, "price": "1"}, {"sku": "sku-1", "quantity": 2, "price": "abc"}]';

/** A refusal names what was wrong; between ends of one protocol the callee says so in its own way. */
const refusal = (form, ...includes) => ({ same }) => (same ? {} : { form, includes });

/** apache-dubbo-service reports a method that it lacks as it reports every error: as a bare text. */
const noSuchOverload = ({ caller, callee, same }) => (same ? {}
  : { form: caller === 'http' ? 'invalid' : [ 'unimplemented', 'invalid', ...(callee === 'apache' ? [ 'undeclared' ] : []) ] });

/** Callers that can leave arguments out, or give ones of another type. A protobuf message has a field or not, and its type is the schema's. */
const javaOrJson = [ 'bolt', 'dubbo', 'http', 'ledger' ];
const mesh = [ 'grpc', 'triple' ];
const kept = { sku: 'a', quantity: 7, price: '1.5' };
const message = text => () => Buffer.from(text.replace(/ /g, ''), 'hex');

module.exports = [
  {
    name: 'raise-declared', service: 'corner', method: 'raise', args: { kind: 'declared' },
    error: { ...stock, form: 'declared', message: 'out of stock: 缺货 📦', fields: { code: 17, sku: 'sku-9' }, httpStatus: 422, absent: [ 'stackTrace' ] },
  },
  {
    // Neither Boot's error body nor a status of gRPC's or Triple's has a cause.
    name: 'raise-cause', service: 'corner', method: 'raise', args: { kind: 'cause' },
    error: ({ kind }) => ({
      ...stock, form: 'declared', message: 'out of stock', fields: { code: 18, sku: 'sku-10' }, httpStatus: 422, absent: [ 'stackTrace' ],
      cause: !isTyped(kind) ? null : { class: 'java.lang.IllegalStateException', message: 'the shelf fell over' },
    }),
  },
  { name: 'raise-undeclared', service: 'corner', method: 'raise', args: { kind: 'undeclared' }, error: undeclared },
  {
    // The ledger protocol names arguments, which only a contract's method can put in order: without one the call cannot be made at all.
    name: 'unknown-method', kind: 'unknown-method',
    error: ({ caller }) => ({ httpStatus: 404, form: caller === 'ledger' ? [ 'unimplemented', 'invalid' ] : 'unimplemented' }),
  },
  { name: 'unknown-service', kind: 'unknown-service', error: ({ direct }) => ({ httpStatus: 404, form: 'unimplemented', own: !direct }) },
  {
    // To a Java caller this is a method that does not exist; over HTTP it is an argument that is missing.
    name: 'too-few-arguments', callers: javaOrJson, service: 'corner', method: 'multiply', args: { left: 6 }, values: () => [ int(6) ], thenAgain: true, refused: true,
    error: cell => ({ ...noSuchOverload(cell), httpStatus: 400 }),
  },
  {
    name: 'too-many-arguments', callers: javaOrJson, service: 'corner', method: 'multiply', args: { left: 6, right: 7 }, values: () => [ int(6), int(7), int(8) ],
    request: posted('[6, 7, 8]'), thenAgain: true, refused: true,
    error: noSuchOverload,
    bindings: [ 'canonical' ],
  },
  {
    name: 'wrong-field-type', callers: javaOrJson, service: 'corner', method: 'keep', args: {}, values: () => [ order('many', decimal('1.50')) ],
    request: posted(`{"item": ${badItem}}`, badItem), refused: true, thenAgain: true, error: refusal('invalid', 'args[0].quantity'),
  },
  {
    name: 'wrong-nested-type', callers: javaOrJson, service: 'corner', method: 'restock', args: {},
    values: () => [ { $class: 'java.util.List', $: [ order(int(1), decimal('1')), order(int(2), decimal('abc')) ] } ],
    request: posted(`[${badItems}]`, badItems), refused: true, thenAgain: true, error: refusal('invalid', 'args[0][1].price'),
  },
  {
    name: 'null-for-primitive', callers: javaOrJson, service: 'corner', method: 'multiply', args: {}, values: () => [ { $class: 'int', $: null }, int(7) ],
    request: posted('{"left": null, "right": 7}'), refused: true, thenAgain: true, error: refusal('invalid', 'args[0]'), bindings: [ 'canonical' ],
  },
  {
    // Field 1 says that it is five bytes long and there are two.
    name: 'message-cut-off', callers: mesh, method: 'greet', args: {}, values: message('0a 05 41 64'), crossing: true, refused: true, thenAgain: true,
    error: refusal('invalid'),
  },
  {
    name: 'message-wrong-wire-type', callers: mesh, service: 'corner', method: 'multiply', args: {}, values: message('0a 01 36 10 07'), crossing: true,
    refused: true, thenAgain: true, error: refusal('invalid', 'field 1', 'args[0]'),
  },
  {
    name: 'message-not-utf8', callers: mesh, method: 'greet', args: {}, values: message('0a 02 c3 28'), crossing: true, refused: true, thenAgain: true,
    error: refusal('invalid', 'args[0]'),
  },
  {
    // Between protobuf ends it reaches the callee, where no schema explains it.
    name: 'message-unknown-field', unknownBytes: ({ kind }) => (isMesh(kind) ? 3 : 0), callers: mesh, service: 'corner', method: 'keep', args: { item: kept }, value: kept, crossing: true,
    values: message('0a 01 61 10 07 1a 05 0a 03 312e35 98 06 01'),
  },
];
