'use strict';

// The checks must be able to fail: each wrong typing that a gateway could produce is found, and named by its path.

const test = require('node:test');
const assert = require('node:assert');
const hessian = require('hessian.js');
const sofaHessian = require('sofa-hessian-node');
const contract = require('../lib/contract');
const { named } = require('../cases');
const { DraftReader, FinalReader } = require('../lib/typed-reader');
const { matchView, matchHttp } = require('../lib/wire');
const { toHessian } = require('../lib/values');

const order = named('place').args.order;
const orderType = contract.resolveType('Order');
const long = { kind: 'long' };
const finalView = value => new FinalReader(hessian.encode(value, '2.0')).read();
const draftView = value => new DraftReader(sofaHessian.encode(value, '2.0')).read();

for (const [ dialect, view ] of [ [ 'final', finalView ], [ 'draft', draftView ] ]) {
  test(`${dialect}: the declared order matches`, () => {
    assert.strictEqual(matchView(view(toHessian(order, orderType)), order, orderType, 'order'), undefined);
  });

  test(`${dialect}: an int for a long is found`, () => {
    assert.match(matchView(view({ $class: 'int', $: 5 }), 5n, long, 'number'), /number is int 5 on the wire, not long/);
    assert.strictEqual(matchView(view({ $class: 'long', $: 5 }), 5n, long, 'number'), undefined);
  });

  test(`${dialect}: a long beyond 2^53 is read exactly`, () => {
    assert.deepStrictEqual(view({ $class: 'long', $: '9007199254740993' }), { t: 'long', v: '9007199254740993' });
    assert.match(matchView(view({ $class: 'long', $: '9007199254740992' }), 9007199254740993n, long, 'number'), /number is/);
  });

  const wrong = [
    [ 'another class', tree => { tree.$class = 'java.util.HashMap2'; }, /order's class/ ],
    [ 'a missing field', tree => { delete tree.$.tags; }, /order's field list/ ],
    [ 'a field too many', tree => { tree.$.extra = 1; }, /order's field list/ ],
    [ 'a decimal as string', tree => { tree.$.total = '1.5'; }, /order\.total is string/ ],
    [ 'an enum as string', tree => { tree.$.status = 'NEW'; }, /order\.status is string/ ],
    [ 'a date as long', tree => { tree.$.created = { $class: 'long', $: '1' }; }, /order\.created is long/ ],
    [ 'a nested map for an object', tree => { tree.$.address = { street: 'x' }; }, /order\.address is map/ ],
    [ 'a wrong nested decimal', tree => { tree.$.items[1].$.price.$.value = '1E-20'; }, /order\.items\[1\]\.price\.value/ ],
    [ 'a lost map entry', tree => { tree.$.notes.delete('colour'); }, /order\.notes's size/ ],
  ];
  for (const [ what, spoil, message ] of wrong) {
    test(`${dialect}: ${what} is found`, () => {
      const tree = toHessian(order, orderType);
      spoil(tree);
      assert.match(matchView(view(tree), order, orderType, 'order'), message);
    });
  }
}

test('http: a class key, a scientific number and a wrong path are found', () => {
  const service = contract.service('com.acme.order.HttpOrderService');
  const call = body => ({ verb: 'POST', path: '/shop/orders', query: {}, contentType: 'application/json', bodyText: body });
  const sparse = named('place-sparse').args.order;
  const check = body => matchHttp(call(body), service, service.methods.place, { order: sparse });
  assert.strictEqual(check('{"id":"o-2","number":0,"items":[],"tags":[],"notes":{}}'), undefined);
  assert.match(check('{"class":"x","id":"o-2","number":0,"items":[],"tags":[],"notes":{}}'), /has a field class/);
  assert.match(check('{"id":"o-2","number":0.0,"items":[],"tags":[],"notes":{}}'), /order\.number/);
  assert.match(matchHttp({ ...call('{}'), path: '/orders' }, service, service.methods.place, { order: sparse }), /segments/);
  const price = { verb: 'GET', path: '/shop/prices', query: { value: '1E-20' }, contentType: null };
  assert.match(matchHttp(price, service, service.methods.price, { value: '0.00000000000000000001' }), /value is "1E-20"/);
});
