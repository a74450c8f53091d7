'use strict';

// Registries by their own clients, as applications use them. An address is zookeeper://host:port/root, eureka://host:port/app or
// etcd://host:port; anything else is no registry but a peer's own address.

process.env.NODE_CLUSTER_CLIENT_SINGLE_MODE = '1';

const etcdPrefix = '/bridgemesh/services/';
const quiet = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

/** { kind, servers, path } of a registry's address; null for none. */
exports.parse = text => {
  const found = /^(zookeeper|eureka|etcd):\/\/([^/]+)(?:\/(.*))?$/.exec(text || '');
  return found && { kind: found[1], servers: found[2], path: found[3] || '' };
};

/** sofa-rpc-node's registry client; Dubbo's tree lies below another root. */
exports.zookeeper = ({ servers, path }) => {
  const { ZookeeperRegistry } = require('sofa-rpc-node').registry;
  return new ZookeeperRegistry({ logger: quiet, address: path ? `${servers}/${path}/` : servers });
};

/** Services of an RpcServer in ZooKeeper: { join, leave }. */
exports.joinZooKeeper = (server, registry) => {
  const services = [ ...server.services.values() ];
  // The services' own publish would wait until it sees the whole URL again, and register as a consumer for it.
  const records = () => services.map(service => service.normalizeReg(server.url));
  let joined = [];
  return {
    async join() {
      await registry.ready();
      joined = records();
      await Promise.all(joined.map(record => registry.register(record)));
    },
    leave: () => Promise.all(joined.map(record => registry.unRegister(record))),
  };
};

/** eureka-js-client, as an application that also serves, or as one that only calls. */
function eureka({ servers, path }, port, own) {
  const { Eureka } = require('eureka-js-client');
  const [ host, serverPort ] = servers.split(':');
  const app = own || path;
  return new Eureka({
    logger: quiet,
    shouldUseDelta: true,
    instance: {
      app, instanceId: `127.0.0.1:${app}:${port}`, hostName: '127.0.0.1', ipAddr: '127.0.0.1', vipAddress: app,
      port: { $: port, '@enabled': 'true' },
      dataCenterInfo: { '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo', name: 'MyOwn' },
      leaseInfo: { renewalIntervalInSecs: 1, durationInSecs: 3 },
    },
    eureka: {
      host, port: Number(serverPort), servicePath: '/eureka/apps/', heartbeatInterval: 1000, registryFetchInterval: 200,
      maxRetries: 3, requestRetryDelay: 100, registerWithEureka: Boolean(own), fetchRegistry: !own,
    },
  });
}

/** An application in Eureka: { join, leave }. */
exports.joinEureka = (address, port) => {
  let client;
  return {
    join: () => new Promise((resolve, reject) => {
      client = eureka(address, port, address.path);
      client.start(error => (error ? reject(error) : resolve()));
    }),
    leave: () => new Promise((resolve, reject) => client.stop(error => (error ? reject(error) : resolve()))),
  };
};

/** One instance below etcd's prefix, under a lease: { join, leave }. */
exports.joinEtcd = ({ servers }, service, protocol, port) => {
  const { Etcd3 } = require('etcd3');
  const client = new Etcd3({ hosts: `http://${servers}` });
  let lease;
  return {
    async join() {
      lease = client.lease(2);
      await lease.put(`${etcdPrefix}${service}/${protocol}/127.0.0.1:${port}`).value(JSON.stringify({ application: 'interop-samples' }));
    },
    leave: () => lease.revoke(),
  };
};

/** Addresses of a service as they are now: { next(), close() }; next() throws where there is none. */
exports.follow = async (address, { service, protocol }) => {
  let turn = 0;
  const pick = addresses => {
    if (addresses.length === 0) throw new Error(`no instance of ${service} in ${address.kind}`);
    return addresses[turn++ % addresses.length];
  };
  if (address.kind === 'eureka') {
    const client = eureka(address, 0);
    await new Promise((resolve, reject) => client.start(error => (error ? reject(error) : resolve())));
    return {
      next: () => pick((client.getInstancesByVipAddress(address.path) || []).filter(one => one.status === 'UP').map(one => `${one.hostName}:${one.port.$}`)),
      close: () => client.stop(() => {}),
    };
  }
  const { Etcd3 } = require('etcd3');
  const client = new Etcd3({ hosts: `http://${address.servers}` });
  const prefix = `${etcdPrefix}${service}/${protocol}/`;
  const known = new Set();
  const hostOf = key => key.slice(prefix.length).split('/')[0];
  const watcher = await client.watch().prefix(prefix).create();
  watcher.on('put', change => known.add(hostOf(change.key.toString())));
  watcher.on('delete', change => known.delete(hostOf(change.key.toString())));
  for (const key of await client.getAll().prefix(prefix).keys()) known.add(hostOf(key));
  return { next: () => pick([ ...known ].sort()), close: () => client.close() };
};

/** A server that its starter steers: lines "leave" and "join" on its input are done and answered. One that stands by joins when it is told. */
exports.steer = async (membership, ready, standby) => {
  if (!standby) await membership.join();
  console.log(JSON.stringify(ready));
  for await (const line of require('readline').createInterface({ input: process.stdin })) {
    await membership[line.trim()]();
    console.log(JSON.stringify({ done: line.trim() }));
  }
};
