'use strict';

// Dubbo's generic=bean: values as org.apache.dubbo.common.beanutil.JavaBeanDescriptor { className, type, properties }, as
// JavaBeanSerializeUtil makes them (tests/golden/dubbo, calls-generic.json, bean-*). Type numbers are JavaBeanDescriptor's own.

const { javaName } = require('./contract');
const { fromHessian, toHessian } = require('./values');

const descriptorClass = 'org.apache.dubbo.common.beanutil.JavaBeanDescriptor';
const kinds = { enum: 2, collection: 3, map: 4, primitive: 6, bean: 7 };
const boxes = {
  boolean: 'java.lang.Boolean', byte: 'java.lang.Byte', short: 'java.lang.Short', int: 'java.lang.Integer', long: 'java.lang.Long',
  float: 'java.lang.Float', double: 'java.lang.Double', char: 'java.lang.Character',
};

const descriptor = (className, kind, properties) => ({
  $class: descriptorClass, $: { properties: new Map(properties), type: { $class: 'int', $: kinds[kind] }, className },
});

exports.toBean = function toBean(value, type) {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case 'enum': return descriptor(type.name, 'enum', [ [ 'name', value ] ]);
    case 'list': return descriptor('java.util.ArrayList', 'collection', value.map((item, i) => [ { $class: 'int', $: i }, toBean(item, type.item) ]));
    case 'map':
      return descriptor('java.util.HashMap', 'map', [ ...value ].map(([ key, item ]) => [ toBean(key, type.key), toBean(item, type.value) ]));
    case 'object': return descriptor(type.name, 'bean', type.fields.map(([ name, field ]) => [ name, toBean(value[name], field) ]));
    default: return descriptor(boxes[type.kind] || javaName(type), 'primitive', [ [ 'value', toHessian(value, type) ] ]);
  }
};

/** properties as a library decoded them: its hidden $map has the true keys. */
const entriesOf = properties => (properties.$map ? [ ...properties.$map ] : properties instanceof Map ? [ ...properties ] : Object.entries(properties));

exports.fromBean = function fromBean(bean, type) {
  if (bean === null || bean === undefined) return null;
  const { className } = bean;
  const entries = entriesOf(bean.properties);
  const named = Object.fromEntries(entries.filter(([ key ]) => typeof key === 'string'));
  const expected = (kind, name) => {
    if (bean.type !== kinds[kind] || (name && className !== name)) throw new TypeError(`a ${className} of type ${bean.type} for a ${kind} ${name || ''}`);
  };
  switch (type.kind) {
    case 'enum': expected('enum', type.name); return named.name;
    case 'list': expected('collection'); return entries.map(([ , item ]) => fromBean(item, type.item));
    case 'map': expected('map'); return new Map(entries.map(([ key, item ]) => [ fromBean(key, type.key), fromBean(item, type.value) ]));
    case 'object':
      expected('bean', type.name);
      return Object.fromEntries(type.fields.map(([ name, field ]) => [ name, fromBean(named[name], field) ]));
    default: expected('primitive', boxes[type.kind] || javaName(type)); return fromHessian(named.value, type);
  }
};
