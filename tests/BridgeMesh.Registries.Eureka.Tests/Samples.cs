using System.Collections.Immutable;
using BridgeMesh.Registries.Eureka.Wire;

namespace BridgeMesh.Registries.Eureka.Tests;

/// <summary>Instances and documents that tests share. The documents are written by hand after those in Netflix's wiki and Spring's guides.</summary>
internal static class Samples
{
    /// <summary>As Netflix's Jackson codec writes it: lists are lists, times are texts.</summary>
    internal const string Json = """
        {"applications":{"versions__delta":"1","apps__hashcode":"DOWN_1_UP_2_","application":[
          {"name":"ORDERS","instance":[
            {"instanceId":"10.0.0.1:orders:8080","hostName":"orders-1.internal","app":"ORDERS","ipAddr":"10.0.0.1","status":"UP",
             "overriddenstatus":"UNKNOWN","port":{"$":8080,"@enabled":"true"},"securePort":{"$":443,"@enabled":"false"},"countryId":1,
             "dataCenterInfo":{"@class":"com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo","name":"MyOwn"},
             "leaseInfo":{"renewalIntervalInSecs":10,"durationInSecs":30,"registrationTimestamp":1700000000000,
               "lastRenewalTimestamp":1700000009000,"evictionTimestamp":0,"serviceUpTimestamp":1700000000500},
             "metadata":{"management.port":"8080","zone":"east","weight":"3"},"homePageUrl":"http://orders-1.internal:8080/",
             "vipAddress":"orders","secureVipAddress":"orders","isCoordinatingDiscoveryServer":"false",
             "lastUpdatedTimestamp":"1700000000600","lastDirtyTimestamp":"1700000000400","actionType":"ADDED"},
            {"instanceId":"10.0.0.2:orders:8443","hostName":"orders-2.internal","app":"ORDERS","ipAddr":"10.0.0.2","status":"DOWN",
             "overriddenstatus":"UNKNOWN","port":{"$":8080,"@enabled":"true"},"securePort":{"$":8443,"@enabled":"true"},"countryId":1,
             "dataCenterInfo":{"@class":"com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo","name":"MyOwn"},
             "metadata":{"@class":"java.util.Collections$EmptyMap"},"vipAddress":"orders","secureVipAddress":"orders-tls,orders",
             "lastUpdatedTimestamp":"1700000000600","lastDirtyTimestamp":"1700000000400","actionType":"ADDED"}]},
          {"name":"STOCK","instance":[
            {"hostName":"ec2-1.amazonaws.com","app":"STOCK","ipAddr":"10.1.0.1","status":"UP","port":{"$":7001,"@enabled":"true"},
             "securePort":{"$":7002,"@enabled":"false"},
             "dataCenterInfo":{"@class":"com.netflix.appinfo.AmazonInfo","name":"Amazon","metadata":{"availability-zone":"us-east-1c","instance-id":"i-1"}},
             "vipAddress":"stock","lastDirtyTimestamp":"1700000000400"}]}]}}
        """;

    /// <summary>The same as XStream wrote it before: what stands alone is no list.</summary>
    internal const string OldJson = """
        {"applications":{"versions__delta":1,"apps__hashcode":"UP_1_","application":{"name":"STOCK","instance":
          {"hostName":"stock-1","app":"stock","ipAddr":"10.1.0.1","status":"UP","port":{"@enabled":true,"$":"7001"},
           "securePort":{"@enabled":false,"$":"7002"},"metadata":{"@class":"java.util.Collections$EmptyMap"},"vipAddress":"stock"}}}}
        """;

    internal const string Xml = """
        <?xml version="1.0" encoding="UTF-8"?>
        <applications>
          <versions__delta>1</versions__delta>
          <apps__hashcode>DOWN_1_UP_2_</apps__hashcode>
          <application>
            <name>ORDERS</name>
            <instance>
              <instanceId>10.0.0.1:orders:8080</instanceId><hostName>orders-1.internal</hostName><app>ORDERS</app><ipAddr>10.0.0.1</ipAddr>
              <status>UP</status><overriddenstatus>UNKNOWN</overriddenstatus><port enabled="true">8080</port>
              <securePort enabled="false">443</securePort><countryId>1</countryId>
              <dataCenterInfo class="com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo"><name>MyOwn</name></dataCenterInfo>
              <leaseInfo><renewalIntervalInSecs>10</renewalIntervalInSecs><durationInSecs>30</durationInSecs>
                <registrationTimestamp>1700000000000</registrationTimestamp><lastRenewalTimestamp>1700000009000</lastRenewalTimestamp>
                <evictionTimestamp>0</evictionTimestamp><serviceUpTimestamp>1700000000500</serviceUpTimestamp></leaseInfo>
              <metadata><management.port>8080</management.port><zone>east</zone><weight>3</weight></metadata>
              <homePageUrl>http://orders-1.internal:8080/</homePageUrl><vipAddress>orders</vipAddress>
              <secureVipAddress>orders</secureVipAddress><isCoordinatingDiscoveryServer>false</isCoordinatingDiscoveryServer>
              <lastUpdatedTimestamp>1700000000600</lastUpdatedTimestamp><lastDirtyTimestamp>1700000000400</lastDirtyTimestamp>
              <actionType>ADDED</actionType>
            </instance>
            <instance>
              <instanceId>10.0.0.2:orders:8443</instanceId><hostName>orders-2.internal</hostName><app>ORDERS</app><ipAddr>10.0.0.2</ipAddr>
              <status>DOWN</status><overriddenstatus>UNKNOWN</overriddenstatus><port enabled="true">8080</port>
              <securePort enabled="true">8443</securePort><countryId>1</countryId>
              <dataCenterInfo class="com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo"><name>MyOwn</name></dataCenterInfo>
              <metadata class="java.util.Collections$EmptyMap"/><vipAddress>orders</vipAddress>
              <secureVipAddress>orders-tls,orders</secureVipAddress>
              <lastUpdatedTimestamp>1700000000600</lastUpdatedTimestamp><lastDirtyTimestamp>1700000000400</lastDirtyTimestamp>
              <actionType>ADDED</actionType>
            </instance>
          </application>
          <application>
            <name>STOCK</name>
            <instance>
              <hostName>ec2-1.amazonaws.com</hostName><app>STOCK</app><ipAddr>10.1.0.1</ipAddr><status>UP</status>
              <port enabled="true">7001</port><securePort enabled="false">7002</securePort>
              <dataCenterInfo class="com.netflix.appinfo.AmazonInfo"><name>Amazon</name>
                <metadata><availability-zone>us-east-1c</availability-zone><instance-id>i-1</instance-id></metadata></dataCenterInfo>
              <vipAddress>stock</vipAddress><lastDirtyTimestamp>1700000000400</lastDirtyTimestamp>
            </instance>
          </application>
        </applications>
        """;

    /// <summary>An instance with every field said.</summary>
    internal static EurekaInstance Whole { get; } = new()
    {
        Id = "h1:orders:8080",
        App = "ORDERS",
        HostName = "h1",
        IpAddr = "10.0.0.1",
        AppGroupName = "SHOP",
        VipAddress = "orders",
        SecureVipAddress = "orders-tls",
        Status = EurekaStatus.OutOfService,
        OverriddenStatus = EurekaStatus.OutOfService,
        Port = 8080,
        IsPortEnabled = true,
        SecurePort = 8443,
        IsSecurePortEnabled = true,
        CountryId = 49,
        DataCenter = new DataCenter("Amazon", ImmutableDictionary<string, string>.Empty.Add("availability-zone", "a").Add("instance-id", "i-7")),
        Lease = new EurekaLease(7, 21) { RegistrationTimestamp = 1, LastRenewalTimestamp = 2, ServiceUpTimestamp = 3 },
        Metadata = ImmutableDictionary<string, string>.Empty
            .Add("management.port", "9").Add("a_b$c", "1").Add("two words/ü", "<&>\"'").Add("1st", ""),
        HomePageUrl = "http://h1:8080/",
        StatusPageUrl = "http://h1:8080/actuator/info",
        HealthCheckUrl = "http://h1:8080/actuator/health",
        SecureHealthCheckUrl = "https://h1:8443/actuator/health",
        AsgName = "asg",
        LastUpdatedTimestamp = 4,
        LastDirtyTimestamp = 5,
        Action = EurekaAction.Modified,
    };

    internal static EurekaInstance Instance(string app, int port, EurekaStatus status = EurekaStatus.Up, long dirty = 1) => new()
    {
        Id = $"127.0.0.1:{app}:{port}",
        App = app.ToUpperInvariant(),
        HostName = "127.0.0.1",
        IpAddr = "127.0.0.1",
        VipAddress = app,
        SecureVipAddress = app,
        Status = status,
        Port = port,
        IsPortEnabled = true,
        LastDirtyTimestamp = dirty,
    };
}
