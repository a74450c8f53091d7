'use strict';

// HTTP bodies in the forms that clients and services choose by themselves: in chunks or compressed.

const { named } = require('./orders');

const { args, value } = named('place');

/** A library that decompresses hides the bytes; the header still says how they came. */
const compressed = ({ metadata }) => (/^(gzip|br|deflate)$/.test(metadata['content-encoding']) ? undefined : 'the reply is not compressed');
const many = Array.from({ length: 50 }, (_, i) => ({ sku: `sku-${i}`, quantity: i, price: '1.50' }));

module.exports = [
  { name: 'chunked-request', method: 'place', args, value, transport: 'chunked', callers: [ 'http' ] },
  { name: 'gzip-request', method: 'place', args, value, transport: 'gzip', callers: [ 'http' ] },
  { name: 'deflate-request', method: 'place', args, value, transport: 'deflate', callers: [ 'http' ] },
  {
    name: 'gzip-reply', service: 'corner', method: 'restock', args: { items: many }, value: many.map(item => ({ ...item, quantity: item.quantity + 1 })),
    reply: compressed, callers: [ 'http' ],
  },
];
