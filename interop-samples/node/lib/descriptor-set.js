'use strict';

// The descriptor set of the demo contract's protobuf form, made by protoc when it is asked for: the one schema of every peer that is not driven by
// protobufjs.

const fs = require('fs');
const os = require('os');
const path = require('path');
const { execFileSync } = require('child_process');
const contract = require('./contract');
const { Schema } = require('./proto-schema');

const decimal = 'syntax = "proto3";\npackage google.type;\nmessage Decimal { string value = 1; }\n';

/** Every service of the contract that has methods of its own, in one .proto file. */
function protoText() {
  const schema = new Schema();
  for (const service of Object.values(contract.services)) schema.add(service);
  schema.exceptions();
  return schema.text();
}

/** Writes the .proto files into a folder: orders.proto, google/type/decimal.proto. */
function writeProtos(folder) {
  fs.mkdirSync(path.join(folder, 'google', 'type'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'google', 'type', 'decimal.proto'), decimal);
  fs.writeFileSync(path.join(folder, 'orders.proto'), protoText());
}

/** Has protoc compile them into a set with all that they import: the set, or nothing where it goes into a file. */
function compile(output) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bridgemesh-protos-'));
  try {
    writeProtos(folder);
    execFileSync('protoc', [ `--proto_path=${folder}`, '--include_imports', `--descriptor_set_out=${output || path.join(folder, 'set.binpb')}`, 'orders.proto' ],
      { stdio: [ 'ignore', 'inherit', 'inherit' ] });
    return output ? undefined : fs.readFileSync(path.join(folder, 'set.binpb'));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

exports.descriptorSet = () => compile();
exports.writeProtos = writeProtos;

if (require.main === module) {
  const [ , , file ] = process.argv;
  if (!file) {
    console.error('descriptor-set.js FILE');
    process.exit(2);
  }
  compile(path.resolve(file));
}
