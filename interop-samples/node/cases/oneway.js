'use strict';

// Calls that want no answer, SOFABolt's type 2 and Dubbo's request without the two-way flag. HTTP has none.

const item = { sku: 'sku-1', quantity: 2, price: '9.95' };

module.exports = [
  {
    name: 'oneway', kind: 'oneway', service: 'corner', method: 'tell', notes: [ 'first 📝', 'second' ], callers: [ 'bolt', 'dubbo' ],
    after: { method: 'keep', args: { item }, value: item },
    throughGateway: true, // dubbo-remoting answers what wants no answer
  },
  {
    name: 'oneway-failing', kind: 'oneway', service: 'corner', method: 'tell', notes: [ 'before', 'fail now', 'behind' ], callers: [ 'bolt', 'dubbo' ],
    after: { method: 'keep', args: { item }, value: item },
    throughGateway: true, // dubbo-remoting answers what wants no answer
  },
];
