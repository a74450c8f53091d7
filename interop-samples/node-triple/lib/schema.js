'use strict';

// protobuf-es 1 without generated code: the services of the one descriptor set, as this library wants them.

const { createRegistryFromDescriptors } = require('@bufbuild/protobuf');
const { descriptorSet } = require('../../node/lib/descriptor-set');

const registry = createRegistryFromDescriptors(descriptorSet());

/** A service of the descriptor set; undefined where it has none of that name. */
exports.serviceOf = name => registry.findService(name);
exports.messageOf = name => registry.findMessage(name);

/** The service's method by the name that it has on the wire. */
exports.methodOf = (service, name) => Object.values(service.methods).find(method => method.name === name);
