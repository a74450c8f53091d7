'use strict';

// The cases that all three clients run, each with what must come out whoever calls and whoever serves. Values are in the neutral
// form of lib/values.js; lib/wire.js says how each must look on each wire. A part that depends on the ends is a function of the cell (lib/cell.js).
//   service   "corner" for the corner services, else the order services      kind        how the call is made: a method of lib/case-runner.js
//   method    the method's key in the contract                               args        by name; values: the library's own, where args cannot say it
//   value     the result, or error (lib/expect.js)                           refused     the callee must not receive it where the gateway translates; "always":
//                                                                                    never; "somewhere": the callee may be asked, too
//   callers, callees, bindings   the only ones that can make this call       thenAgain   the same connection must serve a further call
//   crossing  only where somebody translates; throughGateway: not directly   seen        a further look at what the callee received

const orders = require('./cases/orders');

/** The cases by theme, as the table shows them. */
const themes = [
  { title: 'Values, time and concurrency', cases: orders.cases },
  { title: 'Exceptions, unknown and wrong calls', cases: require('./cases/failures') },
  { title: 'Overloads', cases: require('./cases/overloads') },
  { title: 'Binary, large and many', cases: require('./cases/payloads') },
  { title: 'Shared values and cycles', cases: require('./cases/identity') },
  { title: 'Generic calls', cases: require('./cases/generic') },
  { title: 'One-way calls', cases: require('./cases/oneway') },
  { title: 'Metadata, traces, time, leaving', cases: require('./cases/metadata') },
  { title: 'Streams', cases: require('./cases/streams') },
  { title: 'HTTP bodies', cases: require('./cases/bodies') },
];

const cases = themes.flatMap(theme => theme.cases);

exports.themes = themes;
exports.cases = cases;
exports.named = name => cases.find(one => one.name === name);
exports.concurrentCalls = orders.concurrentCalls;

/** Whether a case is made in this cell at all; what a peer cannot do is not this but a gap (lib/gaps.js). */
exports.applies = (one, { caller, callee, binding, direct, same }) => (!one.callers || one.callers.includes(caller))
  && (!one.callees || one.callees.includes(callee)) && (caller !== 'http' || !one.bindings || one.bindings.includes(binding))
  && !(direct && one.throughGateway) && !(same && one.crossing);
