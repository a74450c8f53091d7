#!/usr/bin/env node
'use strict';

// A Dubbo 2 consumer: apache-dubbo-js with a static registry in place of ZooKeeper. Its DirectlyDubbo would be simpler but can
// neither send attachments nor show those of a reply. With --target zookeeper://host:port it is the library's own ZooKeeper registry.

// Outside production the library prints every request as JSON, which fails for an argument that contains itself.
process.env.NODE_ENV = 'production';

const { AsyncLocalStorage } = require('async_hooks');
const frames = require('../lib/dubbo-frames');
const takeReply = require('../lib/reply-tap')(frames);
const { Dubbo, Registry, setting, zk } = require('apache-dubbo-js');
const DubboUrl = require('apache-dubbo-js/es7/dubbo-url').default;
const libraryConfig = require('apache-dubbo-js/es7/config').default;
const { clientMain } = require('../lib/client-main');
const { toHessianArgument } = require('../lib/values');
const { failureOf } = require('../lib/failure');
const registries = require('../lib/registries');

/** Knows one address for every interface, as a ZooKeeper with one provider would. */
class StaticRegistry extends Registry {
  constructor(props, target) {
    super(props);
    this.target = target;
    for (const name of props.interfaces) {
      const { version } = props.dubboSetting.getDubboSetting(name);
      // The path is mandatory (the library crashes without one); dubbo= is sent as the request's Dubbo version and makes a provider
      // answer with attachments. The library takes the query from the whole URL, so its first key is lost: anyhost stands in.
      const url = `dubbo://${target}/${name}?anyhost=true&dubbo=2.0.2${version ? `&version=${version}` : ''}`;
      this._dubboServiceUrlMap.set(name, [ DubboUrl.from(url) ]);
    }
  }

  subscribe(subscriber) {
    super.subscribe(subscriber);
    process.nextTick(() => this._subscriber.onData(new Set([ this.target ])));
    return this;
  }
}

const client = {
  kind: 'dubbo',
  script: 'dubbo-client.js',
  target: '127.0.0.1:20880',
  service: 'com.acme.order.DubboOrderService',
  create({ target, services }) {
    const address = registries.parse(target);
    const current = new AsyncLocalStorage();
    const byInterface = {};
    for (const { service, methods } of services) {
      setting.match(service.name, { version: service.version });
      byInterface[service.name] = dubbo => dubbo.proxyService({
        dubboInterface: service.name,
        methods: Object.fromEntries(methods.map(name => [ name, (...args) => args ])),
      });
    }
    const dubbo = Dubbo.from({
      application: { name: 'interop-samples' },
      dubboInvokeTimeout: 20,
      dubboSetting: setting,
      service: byInterface,
      register: address ? zk({ url: address.servers, zkRoot: address.path || 'dubbo' }) : props => new StaticRegistry(props, target),
    });
    dubbo.use(async (context, next) => {
      const call = current.getStore();
      call.context = context;
      if (call.attachments) context.attachments = call.attachments;
      await next();
    });

    return {
      async call({ service, method, args, values, metadata, timeoutMs }) {
        const call = { attachments: metadata ? { ...metadata } : null };
        const before = libraryConfig.dubboInvokeTimeout;
        if (timeoutMs) {
          // The library's own per-service timeout is in seconds and goes out so; Dubbo's attachment is in milliseconds.
          libraryConfig.dubboInvokeTimeout = timeoutMs / 1000;
          call.attachments = { ...call.attachments, timeout: String(timeoutMs) };
        }
        const memo = new Map();
        const typedArgs = values || method.parameters.map(([ name, type ]) => argument(args[name], type, memo));
        const pending = current.run(call, () => dubbo.service[service.name][method.name](...typedArgs));
        libraryConfig.dubboInvokeTimeout = before;
        const { res, err } = await pending;
        const typed = takeReply(call.context.requestId);
        const reply = { typed, metadata: call.context.providerAttachments || {} };
        return err ? { ...reply, error: failureOf(err, typed) } : { ...reply, raw: res };
      },
      close: () => { /* the library has no close; the process ends */ },
    };
  },
};

/** A byte[]: the library asks for { $class, $ } but would write it as a list of ints; a Buffer that has both passes as bytes. */
function argument(value, type, memo) {
  const converted = toHessianArgument(value, type, memo);
  return Buffer.isBuffer(converted) ? Object.assign(converted, { $class: '[byte', $: converted.length }) : converted;
}

module.exports = client;
if (require.main === module) clientMain(client);
