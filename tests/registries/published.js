'use strict';

// What stands in the registries of the gateway's own, read as their clients read them, by its ports.

const path = require('path');

module.exports = node => {
  const load = name => require(path.join(node, 'node_modules', name));

  /** Names of all nodes below a path, decoded. */
  async function tree(client, at) {
    const children = await new Promise((resolve, reject) => client.getChildren(at, (error, found) => {
      if (!error) resolve(found);
      else if (error.getCode() === -101) resolve([]);
      else reject(error);
    }));
    return children;
  }

  async function ofZooKeeper(port) {
    const zookeeper = load('node-zookeeper-client');
    const client = zookeeper.createClient(`127.0.0.1:${port}`, { sessionTimeout: 6000, retries: 0 });
    try {
      await new Promise((resolve, reject) => {
        client.once('connected', resolve);
        setTimeout(() => reject(new Error('ZooKeeper does not connect')), 5000).unref();
        client.connect();
      });
      const found = [];
      for (const root of [ '/dubbo', '/sofa-rpc' ]) {
        for (const service of await tree(client, root)) {
          for (const url of await tree(client, `${root}/${service}/providers`)) {
            const text = decodeURIComponent(url);
            const address = /^(\w+):\/\/([^/?]+)/.exec(text);
            if (address && /:(12170|20870)$/.test(address[2])) found.push(`${root}/${service} ${address[0]}`);
          }
        }
      }
      return found;
    } finally {
      client.close();
    }
  }

  async function ofEureka(port) {
    if (!port) return [];
    const answer = await fetch(`http://127.0.0.1:${port}/eureka/apps`, { headers: { accept: 'application/json' } });
    const { applications } = await answer.json();
    return [ applications.application || [] ].flat().flatMap(app => [ app.instance ].flat())
      .filter(instance => /^184[012]\d$/.test(String(instance.port.$)))
      .map(instance => `eureka/${instance.vipAddress} ${instance.hostName}:${instance.port.$}`);
  }

  async function ofEtcd(port) {
    const { Etcd3 } = load('etcd3');
    const client = new Etcd3({ hosts: `http://127.0.0.1:${port}` });
    try {
      return (await client.getAll().prefix('/bridgemesh/services/').keys()).filter(key => /127\.0\.0\.1:18171/.test(key)).map(key => `etcd ${key}`);
    } finally {
      client.close();
    }
  }

  return {
    all: async ({ zookeeper, etcd, eureka }) => (await Promise.all([ ofZooKeeper(zookeeper), ofEureka(eureka), ofEtcd(etcd) ])).flat().sort(),
  };
};
