'use strict';

// HTTP bodies in the forms that clients choose by themselves.

const { named } = require('./orders');

const { args, value } = named('place');

module.exports = [
  { name: 'chunked-request', method: 'place', args, value, transport: 'chunked', callers: [ 'http' ] },
];
