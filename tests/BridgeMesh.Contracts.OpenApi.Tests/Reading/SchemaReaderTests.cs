namespace BridgeMesh.Contracts.OpenApi.Tests.Reading;

public class SchemaReaderTests
{
    [Theory]
    [InlineData("{ type: string }", "string")]
    [InlineData("{ type: string, format: date-time }", "date")]
    [InlineData("{ type: string, format: date }", "localdate")]
    [InlineData("{ type: string, format: uuid }", "uuid")]
    [InlineData("{ type: string, format: byte }", "bytes")]
    [InlineData("{ type: string, format: binary }", "bytes")]
    [InlineData("{ type: string, contentEncoding: base64 }", "bytes")]
    [InlineData("{ type: integer, format: int32 }", "Integer")]
    [InlineData("{ type: integer }", "Long")]
    [InlineData("{ type: number }", "decimal")]
    [InlineData("{ type: number, format: double }", "Double")]
    [InlineData("{ type: boolean }", "Boolean")]
    [InlineData("{ type: [integer, 'null'], format: int64 }", "Long")]
    [InlineData("{ type: [integer, string], format: int64 }", "Long")]
    [InlineData("{ type: array, items: { type: string } }", "list<string>")]
    [InlineData("{ type: array, items: { type: integer, format: int32 }, uniqueItems: true }", "set<Integer>")]
    [InlineData("{ type: object, additionalProperties: { type: array, items: { type: number } } }", "\"map<string, list<decimal>>\"")]
    [InlineData("{ type: object }", "\"map<string, any>\"")]
    [InlineData("{}", "any")]
    [InlineData("{ $ref: '#/components/schemas/Other' }", "Other")]
    [InlineData("{ allOf: [{ $ref: '#/components/schemas/Other' }], description: x }", "{ type: Other, doc: x }")]
    [InlineData("{ anyOf: [{ $ref: '#/components/schemas/Other' }, { type: 'null' }] }", "Other")]
    [InlineData("{ type: integer, enum: [1, 2] }", "Long")]
    [InlineData("{ type: string, maxLength: 3 }", "{ type: string, doc: \"maxLength 3\" }")]
    public void Read_Member_IsTheContractsType(string schema, string type)
    {
        var imported = Imported.Schemas($$"""
            Thing: { type: object, properties: { x: {{schema}} } }
            Other: { type: object, properties: { y: { type: string } } }
            """);
        Assert.Empty(imported.Problems);
        Assert.Contains($"x: {type}\n", imported.Yaml, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3.0.0", "{ type: integer, format: int32 }", "int")]
    [InlineData("3.0.0", "{ type: integer, format: int32, nullable: true }", "Integer")]
    [InlineData("3.1.0", "{ type: [integer, 'null'], format: int32 }", "Integer")]
    public void Read_RequiredMember_IsPrimitiveUnlessItMayBeNull(string version, string schema, string type) =>
        Assert.Contains(
            $"x: {type}\n", Imported.Schemas($"Thing: {{ type: object, required: [x], properties: {{ x: {schema} }} }}", version).Yaml + "\n", StringComparison.Ordinal);

    [Fact]
    public void Read_AllOf_ExtendsTheFirstClassAndTakesTheFieldsOfOthers() => Assert.Equal(
        """
        types:
          shop.Base:
            fields:
              id: string
          shop.More:
            fields:
              note: string
          shop.Whole:
            extends: Base
            fields:
              note: string
              own: string
        """,
        Imported.Schemas("""
            Base: { type: object, properties: { id: { type: string } } }
            More: { type: object, properties: { note: { type: string } } }
            Whole:
              allOf:
                - $ref: '#/components/schemas/Base'
                - $ref: '#/components/schemas/More'
                - { type: object, properties: { own: { type: string } } }
            """).Yaml);

    [Fact]
    public void Read_SchemasInEachOther_AreClassesInEachOther() => Assert.Equal(
        """
        types:
          shop.Node:
            fields:
              next: Node
              all: list<Node>
              inner: NodeInner
          shop.NodeInner:
            fields:
              back: Node
        """,
        Imported.Schemas("""
            Node:
              type: object
              properties:
                next: { $ref: '#/components/schemas/Node' }
                all: { type: array, items: { $ref: '#/components/schemas/Node' } }
                inner: { type: object, properties: { back: { $ref: '#/components/schemas/Node' } } }
            """).Yaml);

    [Fact]
    public void Read_ArrayOfItself_IsAnyWithANote()
    {
        var imported = Imported.Schemas("Rows: { type: array, items: { $ref: '#/components/schemas/Rows' } }\nT: { type: object, properties: { rows: { $ref: '#/components/schemas/Rows' } } }");
        Assert.Empty(imported.Problems);
        Assert.Contains(imported.Notes, static n => n.Contains("holds itself", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_ChoiceOfSeveral_IsAnyWithPlaceAndPointer()
    {
        var imported = Imported.Schemas("T: { type: object, properties: { x: { oneOf: [{ type: string }, { type: integer }] } } }");
        Assert.Contains("x: any", imported.Yaml, StringComparison.Ordinal);
        Assert.Equal(
            "shop.yaml:6:50: #/components/schemas/T/properties/x/oneOf: oneOf of several types: values say what they are", Assert.Single(imported.Notes));
    }

    [Fact]
    public void Read_ReferencesThatDouble_AreReadOnce()
    {
        // Each level names the next twice: 2^60 if each were read anew.
        var schemas = string.Join('\n', Enumerable.Range(0, 60).Select(static i =>
            $"A{i}: {{ anyOf: [{{ $ref: '#/components/schemas/A{i + 1}' }}, {{ $ref: '#/components/schemas/A{i + 1}' }}] }}"));
        Assert.Empty(Imported.Schemas($"{schemas}\nA60: {{ type: string }}").Problems);
    }
}
