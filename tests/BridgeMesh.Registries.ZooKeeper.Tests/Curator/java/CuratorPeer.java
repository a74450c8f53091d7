import java.util.TreeMap;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.x.discovery.ServiceDiscovery;
import org.apache.curator.x.discovery.ServiceDiscoveryBuilder;
import org.apache.curator.x.discovery.ServiceInstance;
import org.apache.curator.x.discovery.UriSpec;
import org.springframework.cloud.zookeeper.discovery.ZookeeperInstance;

/**
 * Curator's service discovery as Spring Cloud ZooKeeper uses it. {@code list SERVERS ROOT SERVICE} prints the instances that it discovers;
 * {@code register SERVERS ROOT SERVICE ID HOST PORT STATUS} registers one, says so, and takes it out when its input ends.
 */
public final class CuratorPeer {
    private CuratorPeer() {
    }

    public static void main(String[] args) throws Exception {
        try (CuratorFramework client = CuratorFrameworkFactory.newClient(args[1], new RetryOneTime(100))) {
            client.start();
            client.blockUntilConnected();
            if (args[0].equals("list-dubbo")) {
                list(client, args, org.apache.dubbo.registry.zookeeper.ZookeeperInstance.class);
            } else if (args[0].equals("list")) {
                list(client, args, ZookeeperInstance.class);
            } else {
                register(client, args);
            }
        }
    }

    private static <T> void list(CuratorFramework client, String[] args, Class<T> payload) throws Exception {
        try (ServiceDiscovery<T> discovery = ServiceDiscoveryBuilder.builder(payload).client(client).basePath(args[2]).build()) {
            discovery.start();
            System.out.println("services " + String.join(",", discovery.queryForNames()));
            for (ServiceInstance<T> found : discovery.queryForInstances(args[3])) {
                // Fails where the payload is of another class.
                T data = payload.cast(found.getPayload());
                System.out.println(String.join(" ", found.getId(), found.getAddress(), String.valueOf(found.getPort()),
                    String.valueOf(found.getSslPort()), String.valueOf(found.getServiceType()), found.buildUriSpec(), data.toString()));
            }
        }
    }

    private static void register(CuratorFramework client, String[] args) throws Exception {
        TreeMap<String, String> metadata = new TreeMap<>();
        metadata.put("instance_status", args[7]);
        metadata.put("zone", "east");
        ServiceInstance<ZookeeperInstance> own = ServiceInstance.<ZookeeperInstance>builder()
            .name(args[3]).id(args[4]).address(args[5]).port(Integer.parseInt(args[6]))
            .payload(new ZookeeperInstance(args[3], args[3], metadata))
            .uriSpec(new UriSpec("{scheme}://{address}:{port}"))
            .build();
        try (ServiceDiscovery<ZookeeperInstance> discovery =
                ServiceDiscoveryBuilder.builder(ZookeeperInstance.class).client(client).basePath(args[2]).thisInstance(own).build()) {
            discovery.start();
            System.out.println("registered");
            while (System.in.read() >= 0) {
                // Until nobody needs it any longer.
            }
        }
    }
}
