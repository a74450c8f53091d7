'use strict';

// What the stream services do (contracts/streams.yaml), on the neutral values of values.js. A stream is an async iterable of argument objects or of
// results; signal says that the caller has left.

const { OrderFailure } = require('./order-failure');

/** Resolves after so many ms, or when the caller leaves. */
function pause(ms, signal) {
  return new Promise(resolve => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}

const firstLevel = 9007199254740993n; // 2^53 + 1

exports.levelOf = (sku, number) => ({ sku, level: firstLevel + BigInt(number), number });

exports.methods = {
  async *watch(requests, signal) {
    for await (const { sku, count, pauseMs, failure } of requests) {
      for (let number = 0; number < count && !signal.aborted; number++) {
        yield exports.levelOf(sku, number);
        if (pauseMs > 0) await pause(pauseMs, signal);
      }
      if (failure === 'declared') {
        throw new OrderFailure('com.acme.order.StockException', 'out of stock behind the last', { fields: { code: 19, sku }, declared: true });
      }
    }
  },
  async *total(requests) {
    const totals = { count: 0, sum: 0n, skus: [] };
    for await (const { level } of requests) {
      totals.count++;
      totals.sum += level.level;
      totals.skus.push(level.sku);
    }
    yield totals;
  },
  async *mirror(requests) {
    for await (const { level } of requests) yield { ...level, level: level.level * 2n };
  },
};

/**
 * Serves one call and has the witness record it when it is over: { requests, produced, state }, state being ended, failed or cancelled. codec reads
 * what incoming gives, bytesOf says which bytes that was, send takes a result and resolves when there is room for the next.
 */
exports.serve = async ({ witness, service, method, codec, view, incoming, send, signal, bytesOf = bytes => bytes }) => {
  const seen = [];
  let produced = 0;
  let state = 'ended';
  async function* requests() {
    for await (const request of incoming) {
      seen.push(bytesOf(request));
      yield codec.request.decode(request);
    }
  }
  try {
    for await (const value of exports.methods[method.key](requests(), signal)) {
      if (signal.aborted) break;
      await send(value);
      produced++;
    }
  } catch (error) {
    state = 'failed';
    throw error;
  } finally {
    if (signal.aborted) state = 'cancelled';
    witness.record(Buffer.concat(seen), () => ({
      service: service.name, method: method.key, ...view, produced, state, requests: seen.map(bytes => codec.view(bytes)),
    }));
  }
};
