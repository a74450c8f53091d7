'use strict';

// Writes what the interop run found into README.md (between its marks) and, case by case, into docs/interop.md. No times are written, so a
// run that finds the same writes the same. Prints the total as "N passed, N failed".
// usage: node write-table.js MATRIX.json RECORDED.json README.md INTEROP.md

const fs = require('fs');
const { themes } = require('../../interop-samples/node/cases');

const [ , , matrixFile, recordedFile, readmeFile, detailFile ] = process.argv;
const everyCall = JSON.parse(fs.readFileSync(matrixFile, 'utf8'));
const recorded = JSON.parse(fs.readFileSync(recordedFile, 'utf8')).filter(result => result.ok !== undefined)
  .map(result => ({ ...result, caller: result.caller.split(' ')[0] })); // a library, the recorded Java caller, or odd frames

const names = {
  bolt: 'SOFARPC over Bolt', dubbo: 'Dubbo 2', apache: 'Dubbo 2 (apache-dubbo-service)', triple: 'Triple', http: 'HTTP/JSON', grpc: 'gRPC',
};
const protocolOf = { 'python3-grpcio': 'gRPC', 'node:http2': 'HTTP/JSON over HTTP/2' };
const protocols = [ 'bolt', 'dubbo', 'triple', 'http', 'grpc' ];
const inOrder = [ 'bolt', 'dubbo', 'apache', 'triple', 'http', 'grpc' ];
const matrix = everyCall.filter(result => inOrder.includes(result.caller) && inOrder.includes(result.callee));
const more = everyCall.filter(result => !inOrder.includes(result.caller));
const toMore = everyCall.filter(result => !inOrder.includes(result.callee));
const ran = side => inOrder.filter(name => [ ...matrix, ...recorded ].some(result => result[side] === name));
const callers = ran('caller');
const callees = ran('callee');

function count(results) {
  const ran = results.filter(result => !result.gap);
  const passed = ran.filter(result => result.ok).length;
  return { ran: ran.length, passed, failed: ran.length - passed };
}

/** The same services called by further clients. */
function moreCallers() {
  const clients = [ ...new Set(more.map(result => result.caller)) ];
  if (!clients.length) return [];
  const lines = [ `| further callers ↓ | ${callees.map(callee => names[callee]).join(' | ')} |`, `|---|${callees.map(() => '---|').join('')}` ];
  for (const client of clients) {
    const counts = callees.map(callee => count(more.filter(result => result.caller === client && result.callee === callee)));
    lines.push(`| ${client} | ${counts.map(share).join(' | ')} |`);
  }
  return lines;
}

/** Further servers called by the usual clients. */
function moreCallees() {
  const servers = [ ...new Set(toMore.map(result => result.callee)) ];
  if (!servers.length) return [];
  const lines = [ `| caller ↓ further callees → | ${servers.map(server => `${server}, ${protocolOf[server]}`).join(' | ')} |`, `|---|${servers.map(() => '---|').join('')}` ];
  for (const caller of callers) {
    const counts = servers.map(server => count(toMore.filter(result => result.caller === caller && result.callee === server)));
    lines.push(`| ${names[caller]} | ${counts.map(share).join(' | ')} |`);
  }
  return lines;
}

const share = ({ ran: all, passed, failed }) => (all ? `${failed ? '✗ ' : ''}${passed} of ${all}` : '–');

function cell(caller, callee) {
  const real = count(matrix.filter(result => result.caller === caller && result.callee === callee));
  const replayed = count(recorded.filter(result => result.caller === caller && result.callee === callee));
  const parts = [];
  if (real.ran) parts.push(`${real.failed ? '✗ ' : ''}${real.passed} of ${real.ran}`);
  if (replayed.ran) parts.push(`${replayed.failed ? '✗ ' : ''}${replayed.passed} of ${replayed.ran} *recorded*`);
  return parts.join(', ') || '–';
}

function summary() {
  const lines = [
    `| caller ↓ callee → | ${callees.map(callee => names[callee]).join(' | ')} |`,
    `|---|${callees.map(() => '---|').join('')}`,
  ];
  for (const caller of callers) lines.push(`| ${names[caller]} | ${callees.map(callee => cell(caller, callee)).join(' | ')} |`);
  if (more.length) lines.push('', ...moreCallers());
  if (toMore.length) lines.push('', ...moreCallees());
  lines.push('', 'Cases that passed of those run: values, exceptions, unknown and wrong calls, overloads, large and binary bodies, shared values and cycles, generic and',
    'one-way calls, streams, metadata, traces, deadlines and callers that leave. [docs/interop.md](docs/interop.md) names each.');
  return lines.join('\n');
}

const mark = results => {
  const { ran, passed, failed } = count(results);
  return !results.length ? '' : !ran ? 'gap' : failed ? `✗ ${passed} of ${ran}` : `${passed}`;
};

/** Themes against the directions; both of HTTP's ways and both Dubbo providers are one direction. */
function overview() {
  const directions = callers.flatMap(caller => protocols.filter(callee => callees.includes(callee)).map(callee => ({ caller, callee })));
  const toward = callee => one => (one === 'apache' ? 'dubbo' : one) === callee;
  const lines = [
    `| | ${directions.map(({ caller, callee }) => `${caller} → ${callee}`).join(' | ')} |`, `|---|${directions.map(() => '---|').join('')}`,
  ];
  for (const theme of themes) {
    const own = matrix.filter(result => theme.cases.some(one => one.name === result.case));
    if (!own.length) continue;
    lines.push(`| ${theme.title} | ${directions.map(({ caller, callee }) =>
      mark(own.filter(result => result.caller === caller && toward(callee)(result.callee)))).join(' | ')} |`);
  }
  return lines;
}

function detail() {
  const columns = [ ...new Set(matrix.map(column)) ];
  const lines = [
    '# Interop, case by case', '',
    'Written by the test run. Caller → callee, each a third-party library, through the shipped binary. Every case asserts the value and the',
    'wire types that the callee received and, for Bolt and Dubbo callers, those of the reply; a failure in the caller\'s own form. `http*` calls',
    '`POST /{service}/{method}`, `http` the native paths. A gap is something that a peer\'s own library cannot do. Empty: the caller\'s or callee\'s',
    'protocol has no such call. The cases are in [interop-samples/node/cases](../interop-samples/node/cases).', '',
    '## Cases that passed', '', ...overview(), '',
  ];
  for (const theme of themes) {
    const cases = theme.cases.map(one => one.name).filter(name => matrix.some(result => result.case === name));
    if (!cases.length) continue;
    lines.push(`## ${theme.title}`, '', `| case | ${columns.join(' | ')} |`, `|---|${columns.map(() => '---|').join('')}`);
    for (const name of cases) {
      const marks = columns.map(wanted => {
        const result = matrix.find(one => one.case === name && column(one) === wanted);
        return !result ? '' : result.gap ? 'gap' : result.ok ? '✓' : '✗';
      });
      lines.push(`| ${name} | ${marks.join(' | ')} |`);
    }
    lines.push('');
  }
  lines.push('## Further callers', '', 'The same cases but for those that need a message which the library does not send; Python\'s client makes unary calls alone.', '',
    ...moreCallers(), '', '## Further callees', '', 'All cases of a gRPC or an HTTP callee.', '', ...moreCallees(), '', '## Gaps', '');
  const gaps = new Map();
  for (const result of everyCall.filter(one => one.gap)) {
    if (!gaps.has(result.gap)) gaps.set(result.gap, []);
    gaps.get(result.gap).push(`${column(result)} ${result.case}`);
  }
  for (const [ reason, where ] of gaps) lines.push(`- ${reason}: ${where.join(', ')}`);
  lines.push('', '## Recorded', '',
    'Requests and answers of real Java programs, replayed: Dubbo 2.7.23, Dubbo 3.2.16, SOFARPC 5.14.3.', '',
    '| caller → callee | passed | run |', '|---|---|---|');
  for (const caller of callers) {
    for (const callee of callees) {
      const { ran, passed } = count(recorded.filter(result => result.caller === caller && result.callee === callee));
      if (ran) lines.push(`| ${caller} → ${callee} | ${passed} | ${ran} |`);
    }
  }
  return lines.join('\n') + '\n';
}

const column = ({ caller, callee, binding }) => `${caller}${binding === 'canonical' ? '*' : ''} → ${callee}`;

const readme = fs.readFileSync(readmeFile, 'utf8');
const marked = /(<!-- interop:begin -->\n)[\s\S]*?(<!-- interop:end -->)/;
if (!marked.test(readme)) throw new Error(`${readmeFile} has no marks for the table`);
fs.writeFileSync(readmeFile, readme.replace(marked, (_, begin, end) => `${begin}${summary()}\n${end}`));
fs.writeFileSync(detailFile, detail());
const total = count([ ...everyCall, ...recorded ]);
console.log(`${total.passed} passed, ${total.failed} failed`);
