using System.Text.Json.Nodes;
using BridgeMesh.Contracts.OpenApi.Writing;
using BridgeMesh.Core.Contracts;

namespace BridgeMesh.Contracts.OpenApi.Tests.Writing;

public class OpenApiWriterTests
{
    private const string Orders = """
        types:
          com.acme.Order: { doc: "What was bought.", fields: { id: string, number: long, count: int, spare: Integer, total: decimal, at: date, status: Status, next: Order } }
          com.acme.Status: { enum: [NEW, PAID] }
          com.acme.Page: { generics: [T], fields: { items: list<T>, first: T } }
          com.acme.Animal: { fields: { name: string } }
          com.acme.Cat: { extends: Animal, fields: { lives: int } }
          com.acme.GoneException: { exception: checked, httpStatus: 410, fields: { id: string, status: string } }
          com.acme.FullException: { exception: checked, fields: { room: int } }
        services:
          com.acme.Orders:
            version: "1.0"
            methods:
              get:
                doc: "Gives one."
                parameters: { id: string, limit: int }
                returns: Order
                throws: [GoneException, FullException]
                http: { verb: GET, path: "/orders/{id}", query: [limit] }
              page: { parameters: { from: int, filter: Order }, returns: Page<Order> }
              tell: { parameters: { note: string }, oneway: true }
              follow: { parameters: { id: string }, returns: Order, streams: replies }
              push: { parameters: { id: string }, returns: Order, streams: requests }
              pet: { parameters: { animal: Animal }, returns: void }
              file: { parameters: { path: string }, returns: bytes, http: { verb: GET, path: "/files/{path:*}" } }
              find: [{ parameters: { id: string }, returns: Order }, { parameters: { number: long }, returns: Order }]
        """;

    [Fact]
    public void Write_BoundMethod_HasPathParametersAndEachAnswer()
    {
        var operation = Exported(Orders)["paths"]!["/orders/{id}"]!["get"]!;
        Assert.Equal("Orders_get", (string?)operation["operationId"]);
        Assert.Equal("Gives one.", (string?)operation["description"]);
        Assert.Equal("""{"name":"id","in":"path","required":true,"schema":{"type":"string"}}""", operation["parameters"]![0]!.ToJsonString());
        Assert.Equal(
            """{"name":"limit","in":"query","required":true,"schema":{"type":"integer","format":"int32"}}""", operation["parameters"]![1]!.ToJsonString());
        Assert.Equal(["200", "410", "422", "default"], ((JsonObject)operation["responses"]!).Select(static r => r.Key));
        Assert.Equal(
            "#/components/schemas/GoneExceptionProblem",
            (string?)operation["responses"]!["410"]!["content"]!["application/problem+json"]!["schema"]!["$ref"]);
    }

    [Fact]
    public void Write_UnboundMethod_TakesNamedArgumentsOnItsCanonicalPath()
    {
        var body = Exported(Orders)["paths"]!["/com.acme.Orders/page"]!["post"]!["requestBody"]!;
        Assert.True((bool)body["required"]!);
        var schema = body["content"]!["application/json"]!["schema"]!;
        Assert.Equal(["from", "filter"], ((JsonObject)schema["properties"]!).Select(static p => p.Key));
        Assert.Equal("""["from"]""", schema["required"]!.ToJsonString());
    }

    [Theory]
    [InlineData("id", """{"type":["string","null"]}""")]
    [InlineData("number", """{"type":["integer","string"],"format":"int64","pattern":"^-?[0-9]{1,20}$"}""")]
    [InlineData("count", """{"type":"integer","format":"int32"}""")]
    [InlineData("spare", """{"type":["integer","null"],"format":"int32"}""")]
    [InlineData("total", """{"type":["string","null"],"format":"decimal","pattern":"^-?[0-9]\u002B(\\.[0-9]\u002B)?$"}""")]
    [InlineData("at", """{"type":["string","null"],"format":"date-time"}""")]
    [InlineData("status", """{"anyOf":[{"$ref":"#/components/schemas/Status"},{"type":"null"}]}""")]
    [InlineData("next", """{"anyOf":[{"$ref":"#/components/schemas/Order"},{"type":"null"}]}""")]
    public void Write_Field_IsWhatJsonSays(string field, string schema) =>
        Assert.Equal(schema, Schemas(Orders)["Order"]!["properties"]![field]!.ToJsonString());

    [Theory]
    [InlineData("values: { long: string }", "number", """{"type":"string","format":"int64","pattern":"^-?[0-9]{1,20}$"}""")]
    [InlineData("values: { long: number }", "number", """{"type":"integer","format":"int64"}""")]
    [InlineData("values: { decimal: number }", "total", """{"type":["number","null"],"format":"decimal"}""")]
    [InlineData("values: { dates: epoch-ms }", "at", """{"type":["integer","null"],"format":"int64","x-java-type":"date"}""")]
    public void Write_Field_FollowsThePolicy(string policy, string field, string schema) =>
        Assert.Equal(schema, Schemas($"{policy}\n{Orders}")["Order"]!["properties"]![field]!.ToJsonString());

    [Fact]
    public void Write_GenericClass_HasItsArgumentsInItsName()
    {
        var page = Schemas(Orders)["PageOfOrder"]!;
        Assert.Equal("com.acme.Page<com.acme.Order>", (string?)page["x-java-type"]);
        Assert.Equal("#/components/schemas/Order", (string?)page["properties"]!["first"]!["anyOf"]![0]!["$ref"]);
    }

    [Fact]
    public void Write_ClassWithSubclasses_OffersEachByItsName()
    {
        var schemas = Schemas(Orders);
        Assert.Equal(
            """[{"$ref":"#/components/schemas/Animal"},{"$ref":"#/components/schemas/Cat"}]""", schemas["AnimalOrSubclass"]!["anyOf"]!.ToJsonString());
        Assert.Equal("""{"const":"com.acme.Cat"}""", schemas["Cat"]!["properties"]!["@type"]!.ToJsonString());
        Assert.Equal(["@type", "lives", "name"], ((JsonObject)schemas["Cat"]!["properties"]!).Select(static p => p.Key));
    }

    [Fact]
    public void Write_Exception_PutsAFieldOfAProblemsOwnNameBelowFields()
    {
        var problem = Schemas(Orders)["GoneExceptionProblem"]!;
        Assert.Equal("com.acme.GoneException", (string?)problem["properties"]!["type"]!["const"]);
        Assert.NotNull(problem["properties"]!["id"]);
        Assert.Equal("""{"type":["string","null"]}""", problem["properties"]!["fields"]!["properties"]!["status"]!.ToJsonString());
        Assert.Equal(
            """{"exception":"com.acme.GoneException","httpStatus":410,"fields":["id","status"]}""", problem["x-bridgemesh"]!.ToJsonString());
    }

    [Fact]
    public void Write_OneWayMethod_IsAnswered202() =>
        Assert.Equal(
            ["202", "default"],
            ((JsonObject)Exported(Orders)["paths"]!["/com.acme.Orders/tell"]!["post"]!["responses"]!).Select(static r => r.Key));

    [Fact]
    public void Write_StreamOfReplies_HasBothFormsAndTheMessage()
    {
        var content = (JsonObject)Exported(Orders)["paths"]!["/com.acme.Orders/follow"]!["post"]!["responses"]!["200"]!["content"]!;
        Assert.Equal(["application/x-ndjson", "text/event-stream"], content.Select(static c => c.Key));
        Assert.Equal("#/components/schemas/Order", (string?)content["text/event-stream"]!["x-item-schema"]!["anyOf"]![0]!["$ref"]);
    }

    [Fact]
    public void Write_StreamOfRequests_IsLeftOutWithANote()
    {
        var written = OpenApiWriter.Write(Contracts(Orders), asYaml: false);
        Assert.Contains("com.acme.Orders.push takes a stream of requests", Assert.Single(written.Notes), StringComparison.Ordinal);
        Assert.Null(JsonNode.Parse(written.Text)!["paths"]!["/com.acme.Orders/push"]);
    }

    [Fact]
    public void Write_RestOfAPath_IsAVariableThatKeepsItsFormBesides()
    {
        var operation = Exported(Orders)["paths"]!["/files/{path}"]!["get"]!;
        Assert.Equal("/files/{path:*}", (string?)operation["x-bridgemesh"]!["path"]);
        Assert.Equal(["application/json", "application/octet-stream"], ((JsonObject)operation["responses"]!["200"]!["content"]!).Select(static c => c.Key));
    }

    [Fact]
    public void Write_Overloads_AreOneOperationThatTakesAnyOfThem()
    {
        var operation = Exported(Orders)["paths"]!["/com.acme.Orders/find"]!["post"]!;
        Assert.Equal(2, ((JsonArray)operation["requestBody"]!["content"]!["application/json"]!["schema"]!["anyOf"]!).Count);
        Assert.Contains(((JsonArray)operation["parameters"]!).OfType<JsonObject>(), static p => (string?)p["name"] == "x-bridge-types");
        Assert.Equal(["Orders_find", "Orders_find_2"], ((JsonArray)operation["x-bridgemesh"]!["overloads"]!).Select(static o => (string?)o!["operationId"]));
    }

    [Fact]
    public void Write_TwoClassesOfOneSimpleName_HaveTheirFullNames()
    {
        var schemas = Schemas("""
            types:
              com.a.Item: { fields: { id: string } }
              com.b.Item: { fields: { id: string } }
            services:
              com.acme.S: { methods: { a: { parameters: { x: com.a.Item, y: com.b.Item } } } }
            """);
        Assert.Equal(["Problem", "com.a.Item", "com.b.Item"], ((JsonObject)schemas).Select(static s => s.Key));
    }

    [Fact]
    public void Write_PathsThatDifferInNamesAlone_ShareOneItem()
    {
        var paths = (JsonObject)Exported("""
            services:
              com.acme.S:
                methods:
                  get: { parameters: { id: string }, http: { verb: GET, path: "/things/{id}" } }
                  put: { parameters: { key: string }, http: { verb: PUT, path: "/things/{key}" } }
            """)["paths"]!;
        Assert.Equal(["/things/{id}"], paths.Select(static p => p.Key));
        var put = paths["/things/{id}"]!["put"]!;
        Assert.Equal("id", (string?)put["parameters"]![0]!["name"]);
        Assert.Equal("key", (string?)put["parameters"]![0]!["x-java-name"]);
        Assert.Equal("/things/{key}", (string?)put["x-bridgemesh"]!["path"]);
    }

    [Fact]
    public void Write_Twice_GivesTheSameBytes() => Assert.Equal(
        OpenApiWriter.Write(Contracts(Orders), asYaml: true).Text, OpenApiWriter.Write(Contracts(Orders), asYaml: true).Text);

    internal static System.Collections.Immutable.ImmutableArray<ServiceContract> Contracts(string yaml)
    {
        var loaded = ContractLoader.LoadTexts(("test.yaml", yaml));
        Assert.Empty(loaded.Problems);
        return loaded.Contracts;
    }

    private static JsonNode Exported(string yaml) => JsonNode.Parse(OpenApiWriter.Write(Contracts(yaml), asYaml: false).Text)!;

    private static JsonNode Schemas(string yaml) => Exported(yaml)["components"]!["schemas"]!;
}
