'use strict';

const test = require('node:test');
const assert = require('node:assert');
const json = require('../lib/lossless-json');
const { plainDecimal } = require('../lib/values');

test('numbers keep their text', () => {
  const text = '{"a":9007199254740993,"b":[1.10,-0.5e-7,true,null],"c":"\\u4e2d\\"x","d":{}}';
  assert.strictEqual(json.stringify(json.parse(text)), text.replace('\\u4e2d', '中'));
});

test('what is no JSON is refused', () => {
  for (const text of [ '', '{', '[1,]', '{"a":}', '01', '"x', 'nul', '1 2', '{a:1}' ]) {
    assert.throws(() => json.parse(text), SyntaxError, text);
  }
});

test('scientific decimals become plain ones', () => {
  assert.strictEqual(plainDecimal('1E-20'), '0.00000000000000000001');
  assert.strictEqual(plainDecimal('1.25e1'), '12.5');
  assert.strictEqual(plainDecimal('1.5E+3'), '1500');
  assert.strictEqual(plainDecimal('-12.340'), '-12.340');
});
