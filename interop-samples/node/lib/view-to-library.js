'use strict';

// A recorded argument (typed view) as a value that hessian.js and sofa-hessian-node write the same way, or the reason why they
// cannot.

class Inexpressible extends Error {}

const scalars = { int: 'int', long: 'long', double: 'double', boolean: 'boolean' };

function convert(view, memo) {
  switch (view.t) {
    case 'null': return null;
    case 'string':
      if (view.v === undefined) throw new Inexpressible('a text kept as a digest');
      return view.v;
    case 'bytes': throw new Inexpressible('bytes kept as a digest');
    case 'date': return new Date(view.v);
    case 'ref': {
      if (!memo.has(view.id)) throw new Inexpressible('a reference into the envelope');
      return memo.get(view.id);
    }
    case 'list': return list(view, memo);
    case 'map': return map(view, memo);
    case 'object': return object(view, memo);
    default:
      if (view.t === 'double' && typeof view.v !== 'number') throw new Inexpressible(`the double ${view.v}`);
      return { $class: scalars[view.t], $: view.v };
  }
}

function list(view, memo) {
  const items = [];
  const value = view.class ? { $class: view.class, $: items } : items;
  memo.set(view.id, value);
  for (const item of view.items) items.push(convert(item, memo));
  return value;
}

function map(view, memo) {
  // The libraries write a Map's entries only when it has no type of its own.
  if (view.class && view.class !== 'java.util.HashMap') throw new Inexpressible(`a map of class ${view.class}`);
  const value = new Map();
  memo.set(view.id, value);
  for (const [ key, item ] of view.entries) value.set(convert(key, memo), convert(item, memo));
  return value;
}

function object(view, memo) {
  const fields = {};
  const value = { $class: view.class, $: fields };
  memo.set(view.id, value);
  for (const [ name, field ] of view.fields) {
    if (Object.hasOwn(fields, name)) throw new Inexpressible('a field name twice in one class');
    fields[name] = convert(field, memo);
  }
  return value;
}

const primitives = { Z: 'boolean', B: 'byte', C: 'char', D: 'double', F: 'float', I: 'int', J: 'long', S: 'short' };

/** The declared type of a parameter as a Java name: from a descriptor part ("Ljava/util/List;", "[I") or from a SOFARPC signature. */
function declaredName(type) {
  if (primitives[type]) return primitives[type];
  if (type.startsWith('[')) return `[${declaredName(type.slice(1))}`;
  return type.startsWith('L') && type.endsWith(';') ? type.slice(1, -1).replace(/\//g, '.') : type;
}

const interfaces = new Set([ 'java.util.List', 'java.util.Collection', 'java.util.Map' ]);

/** The declared types that a library writes as this kind of scalar. */
const declaredFor = {
  string: new Set([ 'java.lang.String', 'java.lang.CharSequence', 'char', 'java.lang.Character' ]),
  long: new Set([ 'long', 'java.lang.Long', 'java.lang.Number' ]),
};

const plainLists = new Set([ '', 'java.util.ArrayList' ]);

/**
 * The arguments of a recorded request, each with the declared class that the signature is made from. nestedArrays: whether the
 * library can name an array of arrays.
 */
exports.toLibrary = (args, types, { nestedArrays }) => {
  const memo = new Map();
  return args.map((view, i) => {
    const declared = declaredName(types[i]);
    const value = convert(view, memo);
    if (value === null) return { $class: declared, $: null };
    if (view.t === 'ref') throw new Inexpressible('the same argument twice');
    if (view.t === 'object') {
      if (view.class !== declared) throw new Inexpressible(`a ${view.class} for a parameter of type ${declared}`);
      return value;
    }
    const own = value && value.$class ? value.$ : value;
    if (view.t === 'list' && interfaces.has(declared) && !plainLists.has(view.class)) {
      throw new Inexpressible(`a list of class ${view.class}`);
    }
    if (view.t === 'string' && declared.startsWith('[')) throw new Inexpressible('a char[]');
    if (declaredFor[view.t] && declared !== 'java.lang.Object' && !declaredFor[view.t].has(declared)) {
      throw new Inexpressible(`a ${view.t} for ${declared}`);
    }
    if (view.t === 'list' && declared.startsWith('[') && !view.class.startsWith('[')) throw new Inexpressible(`a list for ${declared}`);
    if (declared.startsWith('[[') && !nestedArrays) throw new Inexpressible('an array of arrays');
    if (view.t === 'list' && !declared.startsWith('[') && !interfaces.has(declared)) throw new Inexpressible(`a list for ${declared}`);
    if (view.t === 'map' && !interfaces.has(declared)) throw new Inexpressible(`a map for ${declared}`);
    if (view.t !== 'list' && view.t !== 'map' && declared === 'java.lang.Object') throw new Inexpressible('a parameter of type Object');
    return { $class: declared, $: own };
  });
};

exports.Inexpressible = Inexpressible;
