'use strict';

// Node's HTTP reads and writes a header's bytes as Latin-1; most other programs mean UTF-8.

exports.asHeader = text => Buffer.from(text, 'utf8').toString('latin1');
exports.fromHeader = text => Buffer.from(text, 'latin1').toString('utf8');
