'use strict';

// What really was on the wire. The libraries' own decoders throw Java types away (an int and a long both become a number), so these
// readers stand on them: hessian.js (final Hessian 2.0, Dubbo) and sofa-hessian-node (the draft, SOFARPC) still read every scalar,
// string and class definition; only the composites are put together here, as views that keep the type:
//   {t:null} {t:boolean,v} {t:int,v} {t:long,v:text} {t:double,v} {t:string,v | chars,sha256} {t:bytes,length,sha256} {t:date,v:millis}
//   {t:object,class,fields:[[name,view]],id} {t:list,class,items,id} {t:map,class,entries:[[view,view]],id} {t:ref,id}
// An object's fields are in wire order with repeats, as its class definition lists them.

const hessian = require('hessian.js');
const sofaHessian = require('sofa-hessian-node');
const { sha256 } = require('./values');

const maxText = 256;
const maxDepth = 200;

function stringView(text) {
  return text.length <= maxText ? { t: 'string', v: text } : { t: 'string', chars: text.length, sha256: sha256(Buffer.from(text, 'utf8')) };
}

function doubleView(value) {
  return { t: 'double', v: Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? '-0.0' : String(value) };
}

/** Mixes the typed view into one of the libraries' Decoder classes; composites(decoder) supplies the dialect's list, map and object. */
function typedReader(Decoder, composites) {
  return class extends Decoder {
    constructor(bytes) {
      super(bytes);
      this.end = bytes.length;
      this.depth = 0;
    }

    get more() { return this.byteBuffer.position() < this.end; }

    peek() {
      if (!this.more) throw new RangeError('the content ends inside a value');
      return this.byteBuffer._bytes[this.byteBuffer.position()];
    }

    begin(view) {
      view.id = this.refId;
      this._addRef(view);
      return view;
    }

    read() {
      const code = this.peek();
      const method = this.BYTE_CODES[code];
      if (!method) throw new TypeError(`no value begins with 0x${code.toString(16)}`);
      if (++this.depth > maxDepth) throw new RangeError('nested too deep');
      try {
        return this.view(method, code);
      } finally {
        this.depth--;
      }
    }

    view(method, code) {
      switch (method) {
        case 'readNull': super.readNull(); return { t: 'null' };
        case 'readBool': return { t: 'boolean', v: super.readBool() };
        case 'readInt': return { t: 'int', v: super.readInt() };
        case 'readLong': {
          const at = this.byteBuffer.position();
          const value = super.readLong();
          // The library gives a double beyond 2^53; the eight bytes behind 'L' are exact.
          return { t: 'long', v: code === 0x4c ? this.byteBuffer._bytes.readBigInt64BE(at + 1).toString() : String(value) };
        }
        case 'readDouble': return doubleView(super.readDouble());
        case 'readString': return stringView(super.readString());
        case 'readBytes': {
          const bytes = super.readBytes();
          return { t: 'bytes', length: bytes.length, sha256: sha256(bytes) };
        }
        case 'readDate': return { t: 'date', v: super.readDate().getTime() };
        case 'readRef': {
          const target = this.refMap[this.readRefId()];
          if (!target) throw new RangeError('a reference to a value that has not begun');
          return { t: 'ref', id: target.id };
        }
        case 'readObject': return composites.object(this, code);
        case 'readArray': return composites.list(this, code);
        default: return composites.map(this, code);
      }
    }

    instance(index) {
      const definition = this.classes[index];
      if (!definition) throw new RangeError(`class definition ${index} does not exist`);
      const view = this.begin({ t: 'object', class: definition.name, fields: [] });
      for (const name of definition.fields) view.fields.push([ name, this.read() ]);
      return view;
    }

    items(view, count) {
      for (let i = 0; i < count; i++) view.items.push(this.read());
      return view;
    }

    entries(view, terminator) {
      while (this.peek() !== terminator) view.entries.push([ this.read(), this.read() ]);
      this.byteBuffer.skip(1);
      return view;
    }
  };
}

const FinalReader = typedReader(hessian.DecoderV2, {
  object(reader, code) {
    reader.byteBuffer.skip(1);
    if (code === 0x43) { // 'C': a class definition, then its first instance
      reader._readObjectDefinition();
      return reader.read();
    }
    return reader.instance(code === 0x4f ? reader.readInt() : code - 0x60);
  },
  list(reader, code) {
    reader.byteBuffer.skip(1);
    const typed = code === 0x56 || (code >= 0x70 && code <= 0x77);
    const type = typed ? reader.readType() : '';
    const count = code === 0x56 || code === 0x58 ? reader.readInt() : code - (typed ? 0x70 : 0x78);
    return reader.items(reader.begin({ t: 'list', class: type, items: [] }), count);
  },
  map(reader, code) {
    reader.byteBuffer.skip(1);
    const type = code === 0x4d ? reader.readType() : '';
    return reader.entries(reader.begin({ t: 'map', class: type, entries: [] }), 0x5a);
  },
});

const DraftReader = typedReader(sofaHessian.v3.Decoder, {
  object(reader, code) {
    reader.byteBuffer.skip(1);
    if (code === 0x4f) { // 'O': a class definition, then its first instance
      reader._readObjectDefinition();
      return reader.read();
    }
    return reader.instance(reader.readInt());
  },
  list(reader, code) {
    reader.byteBuffer.skip(1);
    if (code === 0x76) { // 'v': type reference, length, no end mark
      const type = reader.types[reader.readInt()];
      const count = reader.readInt();
      return reader.items(reader.begin({ t: 'list', class: type, items: [] }), count);
    }
    const view = reader.begin({ t: 'list', class: reader.readType(), items: [] });
    const length = reader.peek();
    if (length === 0x6e) { reader.byteBuffer.skip(2); } else if (length === 0x6c) { reader.byteBuffer.skip(5); }
    while (reader.peek() !== 0x7a) view.items.push(reader.read());
    reader.byteBuffer.skip(1);
    return view;
  },
  map(reader) {
    reader.byteBuffer.skip(1);
    return reader.entries(reader.begin({ t: 'map', class: reader.readType(), entries: [] }), 0x7a);
  },
});

/** A view of type string or null as plain text; anything else is returned as it is. */
exports.textOf = view => (view.t === 'string' ? view.v : view.t === 'null' ? null : view);

/** A view as plain JSON without types, for metadata maps. */
exports.plain = function plain(view) {
  switch (view.t) {
    case 'null': return null;
    case 'list': return view.items.map(plain);
    case 'map': return Object.fromEntries(view.entries.map(([ key, value ]) => [ String(plain(key)), plain(value) ]));
    case 'object': return Object.fromEntries(view.fields.map(([ name, value ]) => [ name, plain(value) ]));
    default: return view.v !== undefined ? view.v : view;
  }
};

exports.field = (view, name) => {
  const found = view && view.t === 'object' && view.fields.filter(([ field ]) => field === name);
  return found && found.length ? found[found.length - 1][1] : undefined;
};

exports.FinalReader = FinalReader;
exports.DraftReader = DraftReader;
