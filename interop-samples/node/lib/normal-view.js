'use strict';

// A typed view (typed-reader.js) without what may differ between two writers of the same value: reference numbers, field order, the
// name under which a plain list, map or String[] goes, and BigInteger's caches. Equal texts mean equal values with equal types and
// the same sharing and cycles.

const bigInteger = require('./biginteger');
const uuid = require('./uuid');

const plainLists = new Set([ 'java.util.ArrayList', 'java.util.List', 'java.util.Collection' ]);
const plainMaps = new Set([ 'java.util.HashMap', 'java.util.Map' ]);
const arrayNames = { '[java.lang.String': '[string', '[java.lang.Object': '[object', '[java.util.Date': '[date' };

function index(view, byId) {
  if (view.id !== undefined && view.t !== 'ref') byId.set(view.id, view);
  for (const [ , value ] of view.fields || []) index(value, byId);
  for (const item of view.items || []) index(item, byId);
  for (const [ key, value ] of view.entries || []) {
    index(key, byId);
    index(value, byId);
  }
  return byId;
}

/** hessian-lite's own copies of Caucho's helper classes, by Caucho's names. */
const withoutShading = name => name.replace(/^com\.alibaba\.com\.caucho\./, 'com.caucho.');

/** A Throwable's fields that say nothing about the failure, and which the dialects write differently. */
const throwableInternals = new Set([ 'cause', 'stackTrace', 'suppressedExceptions' ]);

function className(view) {
  if (view.t === 'list') return plainLists.has(view.class) ? '' : arrayNames[view.class] || view.class;
  return plainMaps.has(view.class) ? '' : view.class;
}

/** views: values that share one table of references. acrossDialects: the two writers spoke different Hessian dialects. */
exports.normal = (views, { acrossDialects } = {}) => {
  const byId = new Map();
  for (const view of views) index(view, byId);
  const seen = new Map();

  function walk(view) {
    if (view.t === 'ref') {
      const target = byId.get(view.id);
      // The recordings' own references to values outside these views (the envelope) stay what they are.
      return target ? walk(target) : { ref: 'outside' };
    }
    if (view.id === undefined) return view;
    if (seen.has(view)) return { ref: seen.get(view) };
    seen.set(view, seen.size);
    if (view.t === 'list') return { list: className(view), items: view.items.map(walk) };
    if (view.t === 'map') {
      return { map: className(view), entries: view.entries.map(([ key, value ]) => [ walk(key), walk(value) ]).sort(byText) };
    }
    if (view.class === 'java.math.BigInteger') {
      const fields = Object.fromEntries(view.fields);
      return { bigint: bigInteger.fromFields(fields.signum.v, fields.mag.items.map(word => word.v)).toString() };
    }
    if (acrossDialects && view.class === 'java.util.UUID') return { uuid: uuid.ofFields(Object.fromEntries(view.fields)) };
    const isThrowable = acrossDialects && view.fields.some(([ name ]) => name === 'stackTrace');
    const order = view.fields.filter(([ name ]) => !isThrowable || !throwableInternals.has(name))
      .sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0)); // stable: fields of one name keep the wire's order
    const object = acrossDialects ? withoutShading(view.class) : view.class;
    return { object, fields: order.map(([ name, value ]) => [ name, walk(value) ]) };
  }

  return JSON.stringify(views.map(walk));
};

function byText(a, b) {
  const left = JSON.stringify(a[0]);
  const right = JSON.stringify(b[0]);
  return left < right ? -1 : left > right ? 1 : 0;
}
