'use strict';

// Calls that want no answer, SOFABolt's type 2 and Dubbo's request without the two-way flag. HTTP has none.

module.exports = [
  {
    name: 'oneway', kind: 'oneway', service: 'corner', method: 'tell', notes: [ 'first 📝', 'second' ], callers: [ 'bolt', 'dubbo' ],
    after: { method: 'lookupPage', args: { id: '42', count: 3 }, value: 'id 42, 3 times' },
    throughGateway: true, // dubbo-remoting answers what wants no answer
  },
  {
    name: 'oneway-failing', kind: 'oneway', service: 'corner', method: 'tell', notes: [ 'before', 'fail now', 'behind' ], callers: [ 'bolt', 'dubbo' ],
    after: { method: 'lookupPage', args: { id: '42', count: 3 }, value: 'id 42, 3 times' },
    throughGateway: true, // dubbo-remoting answers what wants no answer
  },
];
