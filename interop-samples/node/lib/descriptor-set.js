'use strict';

// The descriptor set of the demo contract's protobuf form and of contracts/streams.proto, made by protoc when it is asked for: the one schema of every
// peer that is not driven by protobufjs.

const fs = require('fs');
const os = require('os');
const path = require('path');
const { execFileSync } = require('child_process');
const contract = require('./contract');
const { Schema, packageName } = require('./proto-schema');

const contracts = path.join(__dirname, '..', '..', 'contracts');
const decimal = 'syntax = "proto3";\npackage google.type;\nmessage Decimal { string value = 1; }\n';

/** Every service of the contract that has methods of its own, in one .proto file. */
function protoText() {
  const schema = new Schema();
  for (const service of Object.values(contract.services)) schema.add(service);
  schema.exceptions();
  return schema.text();
}

/** Writes the .proto files into a folder: orders.proto, streams.proto, google/type/decimal.proto. */
function writeProtos(folder) {
  fs.mkdirSync(path.join(folder, 'google', 'type'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'google', 'type', 'decimal.proto'), decimal);
  fs.writeFileSync(path.join(folder, 'orders.proto'), protoText());
  fs.copyFileSync(path.join(contracts, 'streams.proto'), path.join(folder, 'streams.proto'));
}

/** Has protoc compile files into a set with all that they import. */
function compile(files, output) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bridgemesh-protos-'));
  try {
    writeProtos(folder);
    execFileSync('protoc', [ `--proto_path=${folder}`, '--include_imports', `--descriptor_set_out=${output || path.join(folder, 'set.binpb')}`, ...files ],
      { stdio: [ 'ignore', 'inherit', 'inherit' ] });
    return output ? undefined : fs.readFileSync(path.join(folder, 'set.binpb'));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

exports.packageName = packageName;
exports.descriptorSet = () => compile([ 'orders.proto', 'streams.proto' ]);
exports.writeStreams = file => compile([ 'streams.proto' ], file);
exports.writeAll = file => compile([ 'orders.proto', 'streams.proto' ], file);

if (require.main === module) {
  const [ , , what, file ] = process.argv;
  if (!file || !exports[what]) {
    console.error('descriptor-set.js writeStreams|writeAll FILE');
    process.exit(2);
  }
  exports[what](path.resolve(file));
}
