namespace BridgeMesh.Contracts.OpenApi.Tests.Reading;

public class OperationTests
{
    [Fact]
    public void Read_Parameters_AreBoundByTheirPlaces() => Assert.Equal(
        """
        services:
          shop.ThingsApi:
            values: { long: number, decimal: number }
            methods:
              find:
                doc: Finds.
                parameters: { thingId: long, maxSize: Integer, tags: list<string>, filter: Filter, xTrace: uuid, SID: string }
                returns: string
                idempotent: true
                http:
                  verb: GET
                  path: "/things/{thingId}"
                  query: { maxSize: max-size, tags: tags }
                  header: { xTrace: X-Trace }
                  cookie: [SID]
        """,
        Services(Imported.Path("/things/{thing-id}", """
            parameters: [{ name: thing-id, in: path, required: true, schema: { type: integer } }]
            get:
              operationId: find
              summary: Finds.
              tags: [things]
              parameters:
                - { name: max-size, in: query, schema: { type: integer, format: int32 } }
                - { name: tags, in: query, schema: { type: array, items: { type: string } } }
                - { name: filter, in: query, schema: { $ref: "#/components/schemas/Filter" } }
                - { name: X-Trace, in: header, schema: { type: string, format: uuid } }
                - { name: SID, in: cookie, schema: { type: string } }
                - { name: Authorization, in: header, schema: { type: string } }
              responses: { "200": { description: ok, content: { application/json: { schema: { type: string } } } } }
            """)));

    [Theory]
    [InlineData("application/json: { schema: { $ref: '#/components/schemas/Filter' } }", "body: body", "body: Filter")]
    [InlineData("application/x-www-form-urlencoded: { schema: { type: object, properties: { a: { type: string } } } }", "form: [a]", "a: string")]
    [InlineData("multipart/form-data: { schema: { type: object, properties: { f: { type: string, format: binary } } } }", "part: [f]", "f: bytes")]
    [InlineData("application/octet-stream: {}", "body: body", "body: bytes")]
    [InlineData("text/plain: { schema: { type: string } }", "body: body", "body: string")]
    [InlineData("application/vnd.shop+json: { schema: { type: object } }", "body: body", "body: \"map<string, any>\"")]
    public void Read_Body_IsBoundByItsMediaType(string content, string binding, string parameter)
    {
        var yaml = Imported.Path("/things", $$"""
            post:
              operationId: make
              requestBody: { content: { {{content}} } }
              responses: { "204": { description: done } }
            """).Yaml;
        Assert.Contains($"path: /things, {binding} }}", yaml, StringComparison.Ordinal);
        Assert.Contains($"parameters: {{ {parameter} }}", yaml, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OtherAnswers_AreExceptionsWithTheirCodes()
    {
        var yaml = Imported.Path("/things", """
            get:
              operationId: get
              responses:
                "200": { description: ok }
                "404": { description: none, content: { application/json: { schema: { $ref: "#/components/schemas/Error" } } } }
                "403": { description: no }
                default: { description: bad, content: { application/problem+json: { schema: { $ref: "#/components/schemas/Error" } } } }
            """).Yaml;
        Assert.Contains("shop.Error404Exception:\n    exception: checked\n    httpStatus: 404\n    fields:\n      code: Integer", yaml, StringComparison.Ordinal);
        Assert.Contains("throws: [Error404Exception, ErrorException]", yaml, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OperationWithoutId_IsNamedByVerbAndPath() =>
        Assert.Contains(
            "getThingsByIdParts:",
            Imported.Path("/things/{id}/parts", "get: { responses: {} }").Yaml,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("/things/{a}-{b}", "get: { responses: {} }", "has no proper name")]
    [InlineData("/things", "options: { responses: {} }", "no verb OPTIONS")]
    [InlineData("/things", "get: { requestBody: { content: { application/json: { schema: {} } } }, responses: {} }", "GET requests have no body")]
    [InlineData("/things", "post: { requestBody: { content: { application/xml: { schema: {} } } }, responses: {} }", "no media type that contracts have")]
    public void Read_WhatHasNoForm_IsLeftOutWithANote(string path, string item, string note)
    {
        var imported = Imported.Path(path, item);
        Assert.Empty(imported.Problems);
        Assert.Empty(imported.Document.Services);
        Assert.Contains(imported.Notes, n => n.Contains(note, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_JsonAndYaml_GiveTheSame()
    {
        const string Json = """
            {
            	"openapi": "3.0.0", "info": { "title": "\ud83d\ude00", "version": "1" },
            	"paths": { "\/things": { "get": { "operationId": "get", "responses": { "200": { "description": "ok", "content": { "application/json": { "schema": { "type": "string" } } } } } } } }
            }
            """;
        Assert.Contains("path: /things", Imported.Of(Json, "shop.json").Yaml, StringComparison.Ordinal);
        Assert.Empty(Imported.Of(Json, "shop.json").Problems);
    }

    private static string Services(Imported imported)
    {
        Assert.Empty(imported.Problems);
        Assert.Empty(imported.Notes);
        return imported.Yaml[imported.Yaml.IndexOf("services:", StringComparison.Ordinal)..];
    }
}
