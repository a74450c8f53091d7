'use strict';

// The four worlds: how each one's services register, how its callers find, and under what name each finds the others' services.

const zookeeper = 21810;
const etcd = 23790;
const eureka = 18770;

/** Each world's provider and caller; ports are those of the first provider, further ones follow. */
const worlds = {
  dubbo: {
    title: 'Dubbo @ ZooKeeper', service: 'com.acme.order.DubboOrderService', server: 'dubbo-server.js', client: 'dubbo-client.js', port: 20971,
    registry: () => `zookeeper://127.0.0.1:${zookeeper}/dubbo`, target: () => `zookeeper://127.0.0.1:${zookeeper}/dubbo`,
  },
  sofa: {
    title: 'SOFARPC @ ZooKeeper', service: 'com.acme.order.BoltOrderService', server: 'bolt-server.js', client: 'bolt-client.js', port: 12371,
    registry: () => `zookeeper://127.0.0.1:${zookeeper}`, target: () => `zookeeper://127.0.0.1:${zookeeper}`,
  },
  spring: {
    title: 'Spring @ Eureka', service: 'com.acme.order.HttpOrderService', server: 'http-server.js', client: 'http-client.js', port: 18371,
    registry: () => `eureka://127.0.0.1:${eureka}/http-order-service`,
    target: callee => `eureka://127.0.0.1:${eureka}/${{ dubbo: 'dubbo', sofa: 'bolt', spring: 'http', mesh: 'grpc' }[callee]}-order-service`,
  },
  mesh: {
    title: 'gRPC @ etcd', service: 'com.acme.order.GrpcOrderService', server: 'grpc-server.js', client: 'grpc-client.js', port: 18471,
    registry: () => `etcd://127.0.0.1:${etcd}`, target: () => `etcd://127.0.0.1:${etcd}`,
  },
};

const names = Object.keys(worlds);
const pairs = names.flatMap(caller => names.filter(callee => callee !== caller).map(callee => ({ caller, callee })));

/** Arguments of a world's provider, the first or a further one. */
const providerOf = (name, number = 0, standby = false) => {
  const { server, service, registry, port } = worlds[name];
  return [ server, [ '--port', `${port + number}`, '--witness', '0', '--service', service, '--registry', registry(), ...(standby ? [ '--standby' ] : []) ] ];
};

const callerOf = (caller, callee) => [ worlds[caller].client, [ '--target', worlds[caller].target(callee), '--service', worlds[callee].service ] ];

/** Further libraries that find Dubbo's providers in ZooKeeper. */
const further = { 'sofa-rpc-node with dubbo-remoting': 'sofa-dubbo-client.js', 'node-zookeeper-dubbo': 'zookeeper-dubbo-client.js' };

module.exports = { callerOf, further, names, pairs, ports: { zookeeper, etcd, eureka }, providerOf, worlds };
