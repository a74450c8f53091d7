'use strict';

const test = require('node:test');
const assert = require('node:assert');
const hessian = require('hessian.js');
const { FinalReader } = require('../lib/typed-reader');
const { normal } = require('../lib/normal-view');

const view = value => normal([ new FinalReader(hessian.encode(value, '2.0')).read() ]);

test('field order and the name of a plain list do not matter', () => {
  assert.strictEqual(view({ $class: 'a.B', $: { x: 1, y: 'z' } }), view({ $class: 'a.B', $: { y: 'z', x: 1 } }));
  assert.strictEqual(view({ $class: 'java.util.List', $: [ 1 ] }), view([ 1 ]));
});

test('types, classes, fields and other collections do matter', () => {
  const differing = [ 1, { $class: 'long', $: 1 }, { $class: 'double', $: 1 }, '1', null, [], new Map(), { $class: 'a.B', $: {} },
    { $class: 'a.C', $: {} }, { $class: 'a.B', $: { x: null } }, { $class: 'java.util.LinkedList', $: [] }, [ null ] ];
  const seen = new Set(differing.map(view));
  assert.strictEqual(seen.size, differing.length);
});

test('sharing and cycles are part of the value', () => {
  const node = { $class: 'a.Node', $: { next: null } };
  const twice = [ node, node ];
  const copies = [ { $class: 'a.Node', $: { next: null } }, { $class: 'a.Node', $: { next: null } } ];
  assert.notStrictEqual(view(twice), view(copies));
  const cycle = { $class: 'a.Node', $: {} };
  cycle.$.next = cycle;
  assert.match(view(cycle), /\{"ref":0\}/);
});
