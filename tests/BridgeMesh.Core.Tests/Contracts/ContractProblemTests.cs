using BridgeMesh.Core.Contracts;

namespace BridgeMesh.Core.Tests.Contracts;

/// <summary>What is wrong in a contract file, by place, message and cure.</summary>
public sealed class ContractProblemTests
{
    private const string Types = """
        types:
          com.acme.Order:
            fields: { id: string, lines: list<Line> }
          com.acme.Line:
            fields: { sku: string }
          com.acme.Status:
            enum: [NEW, PAID]
          com.acme.Page:
            generics: [T]
            fields: { items: list<T> }
          com.acme.Refused:
            exception: checked
            fields: { code: int }

        """;

    [Theory]
    // Files and keys.
    [InlineData("typs: {}", "1:1: a contract file has no key 'typs'; did you mean 'types'?")]
    [InlineData("- a", "1:1: a contract file must be a map, not a list; write it as key: value lines")]
    [InlineData("types: 5", "1:8: types must be a map, not '5'; write it as key: value lines")]
    [InlineData("types:\n  com.acme.A: { feilds: {} }", "2:17: a type has no key 'feilds'; did you mean 'fields'?")]
    [InlineData("types:\n  com.acme.A: { fields: { a: int } }\n  com.acme.A: { fields: { a: int } }", "3:3: the key 'com.acme.A' is here a second time; keep this one or the one at line 2")]
    [InlineData("types:\n  com.acme.A: { fields: { a: int, a: long } }", "2:35: the key 'a' is here a second time; keep this one or the one at line 2")]
    [InlineData("types:\n  com.acme.A:\n    fields:\n      - { name: a, type: int }\n      - { name: a, type: long }", "5:17: 'a' is here a second time; keep this one or the one at line 4")]
    [InlineData("types:\n  com.acme.A:\n    fields:\n      - { name: a, type: int, nubmer: 4 }", "4:31: 'a' has no key 'nubmer'; did you mean 'number'?")]
    [InlineData("types:\n  com.acme.A: { enum: { NEW: 0, PAID: 1, NEW: 2 } }", "2:42: the key 'NEW' is here a second time; keep this one or the one at line 2")]
    [InlineData("values: { longs: string }", "1:11: values has no key 'longs'; did you mean 'long'?")]
    [InlineData("services: {}\nservices: {}", "2:1: the key 'services' is here a second time; keep this one or the one at line 1")]
    [InlineData("types:\n  com acme: { fields: { a: int } }", "2:3: 'com acme' is no Java name; write the full name, such as com.acme.order.Order")]
    [InlineData("types:\n  com.acme.A:", "2:3: the type com.acme.A says nothing; give it fields: or enum:")]
    [InlineData("types:\n  string: { fields: {} }", "2:3: the type string is built in; remove it, or write its full name with a package")]
    [InlineData("services:\n  com.acme.S: { methods: { m: { streams: server } } }", "2:42: streams must be requests, replies or both, not 'server'; write streams: replies, or remove it")]
    [InlineData("services:\n  com.acme.S: { methods: { m: { streams: both, oneway: true } } }", "2:56: a method that streams has an end that its caller waits for; remove oneway, or streams")]
    // Types.
    [InlineData("types:\n  com.acme.A:\n    fields:\n      b: Ordr", "4:10: no type Ordr is declared; declare it under types:, or correct the name")]
    [InlineData("types:\n  com.acme.A:\n    fields:\n      b: list<strin>", "4:15: no type strin is declared; did you mean 'string'?")]
    [InlineData("types:\n  com.acme.A:\n    fields:\n      b: \"map<int, strng>\"", "4:20: no type strng is declared; did you mean 'string'?")]
    [InlineData("types:\n  com.acme.A: { fields: { b: list<int } }", "2:38: the type arguments are not closed by >; close them; inside { } quote a type that has a comma: \"map<string, int>\"")]
    [InlineData("types:\n  com.acme.A:\n    fields:\n      b: map<string>", "4:10: map takes 2 type arguments, not 1; write it like map<string, Order>")]
    [InlineData("types:\n  com.acme.A:\n    fields:\n      b: int<string>", "4:10: int takes no type arguments; write int")]
    [InlineData("types:\n  com.acme.A:\n    fields:\n      b: map<list<int>, int>", "4:14: a map's key cannot be list<int>: JSON has no form for it; use a scalar as key")]
    [InlineData("types:\n  com.acme.A:\n    fields:\n      b: void", "4:10: the field b cannot be void; give it a type with values")]
    [InlineData("types:\n  com.acme.A:\n    fields:\n      b: list<void>", "4:15: void is no type argument; write a type with values")]
    [InlineData("types:\n  com.acme.A:\n    fields:\n      b: 'int['", "4:15: an array's bracket is not closed; write T[]")]
    [InlineData("types:\n  com.acme.A:\n    fields:\n      b: int int", "4:14: the type ends here, yet there is more; write one type, such as list<Order>")]
    [InlineData("types:\n  com.acme.A:\n    fields:\n      b:", "4:9: 'b' has no type; write name: type; inside { } quote a type that has a comma")]
    [InlineData("types:\n  com.acme.A:\n    fields:\n      b: { type: long, java: java.lang.Integer }", "4:30: java.lang.Integer is no form of long; write a type that fits java.lang.Integer, or another java:")]
    [InlineData("types:\n  com.acme.A:\n    fields:\n      b: { type: long, java: com.acme.X }", "4:30: long has no Java form com.acme.X; remove java:, or declare the class under types:")]
    [InlineData("types:\n  com.acme.A:\n    fields:\n      b: { java: long }", "4:10: 'b' has no type; add type:")]
    [InlineData("types:\n  com.acme.A: { enum: [] }", "2:17: the enum com.acme.A has no constants; list them: enum: [NEW, PAID]")]
    [InlineData("types:\n  com.acme.A: { enum: [X, Y, X] }", "2:30: the constant X is here a second time; remove it")]
    [InlineData("types:\n  com.acme.A: { enum: [X], fields: { a: int } }", "2:28: the enum com.acme.A cannot have fields; remove fields, or remove enum at line 2")]
    [InlineData("types:\n  com.acme.A: { exception: checked, httpStatus: 200 }", "2:49: httpStatus must be a number from 400 to 599, not '200'; write it like httpStatus: 404")]
    [InlineData("types:\n  com.acme.A: { httpStatus: 404 }", "2:29: httpStatus is for exceptions, and com.acme.A is none; remove it, or add exception: checked")]
    [InlineData("types:\n  com.acme.A: { exception: yes }", "2:28: exception must be checked or runtime, not 'yes'; write exception: checked")]
    [InlineData("types:\n  com.acme.A: { extends: B, fields: {} }\n  com.acme.B: { extends: A, fields: {} }", "2:26: com.acme.A extends itself by way of com.acme.B; remove one of the extends", "3:26: com.acme.B extends itself by way of com.acme.A; remove one of the extends")]
    [InlineData("types:\n  com.acme.A: { extends: C, fields: {} }", "2:26: no type C is declared; did you mean 'A'?")]
    [InlineData("types:\n  com.acme.A: { generics: [T], fields: { a: \"A<A<T>>\" } }", "2:3: com.acme.A leads to ever new type arguments; let a field's type arguments be the class's own variables, not types made of them")]
    public void Load_WrongTypes_TellsPlaceAndCure(string yaml, params string[] expected) => Expect(yaml, expected);

    [Theory]
    [InlineData("com.acme.S: { method: {} }", "1:15: a service has no key 'method'; did you mean 'methods'?")]
    [InlineData("com.acme.S: { methods: { a: {}, a: {} } }", "1:33: the key 'a' is here a second time; keep this one or the one at line 15")]
    [InlineData("com.acme.S: { methods: { a: { parameters: [{ name: x, type: int }, { name: x, type: int }] } } }", "1:76: 'x' is here a second time; keep this one or the one at line 15")]
    [InlineData("com.acme.S: { methods: { a: { retruns: int } } }", "1:31: a method has no key 'retruns'; did you mean 'returns'?")]
    [InlineData("com.acme.S: { http: { prefx: /a } }", "1:23: a service's http has no key 'prefx'; did you mean 'prefix'?")]
    [InlineData("com.acme.S: { abstract: maybe }", "1:25: abstract must be true or false, not 'maybe'; write true or false")]
    [InlineData("com.acme.S: { extends: [T] }", "1:25: no service T is declared; use one of: com.acme.S")]
    [InlineData("com.acme.S: { extends: [S] }", "1:25: com.acme.S extends itself by way of com.acme.S; remove one of the extends")]
    [InlineData("com.acme.S: { methods: { a b: {} } }", "1:26: 'a b' is no method name; use letters, digits, _ and $; name: gives an overload's own name")]
    [InlineData("com.acme.S: { methods: { a: { returns: Nothing } } }", "1:40: no type Nothing is declared; declare it under types:, or correct the name")]
    [InlineData("com.acme.S: { methods: { a: { parameters: { x: void } } } }", "1:48: the parameter x cannot be void; remove it or give it a type with values")]
    [InlineData("com.acme.S: { methods: { a: { throws: [Order] } } }", "1:40: Order is no exception; give its type exception: checked, or throw another one")]
    [InlineData("com.acme.S: { methods: { a: { returns: Page } } }", "1:40: Page takes 1 type argument, not 0; write it as Page<T>")]
    [InlineData("com.acme.S: { methods: { a: [{ parameters: { x: int } }, { parameters: { y: int } }] } }", "1:26: a with these parameter types is there twice; remove it or the one at line 15")]
    [InlineData("com.acme.S: { methods: { a: {}, b: { name: a } } }", "1:44: a with these parameter types is there twice; remove it or the one at line 15")]
    [InlineData("com.acme.S: { values: { long: int } }", "1:31: long cannot be 'int'; use one of: beyond-53-bits, number, string")]
    [InlineData("com.acme.S: { values: { zone: Paris } }", "1:31: 'Paris' is no offset from UTC; write Z or an offset such as \"+08:00\"")]
    [InlineData("com.acme.S: { http: { prefix: shop } }", "1:31: the path 'shop' does not begin with /; write /shop")]
    [InlineData("com.acme.S: { http: { prefix: /shop/ } }", "1:31: the prefix '/shop/' ends with / or has a variable; write it like /shop")]
    public void Load_WrongServices_TellsPlaceAndCure(string service, string expected) => ExpectService(service, expected);

    [Theory]
    [InlineData("{ path: /a }", "http has no verb; add verb: GET | POST | PUT | DELETE | PATCH | HEAD")]
    [InlineData("{ verb: GET }", "http has no path; add path: /...")]
    [InlineData("{ verb: GETT, path: /a }", "'GETT' is no verb; did you mean 'GET'?")]
    [InlineData("{ verb: GET, path: a }", "the path 'a' does not begin with /; write /a")]
    [InlineData("{ verb: GET, path: /a?b }", "the path '/a?b' holds a sign that a path cannot hold; leave query and spaces out; parameters go into query:")]
    [InlineData("{ verb: GET, path: \"/a/{idd}\" }", "the path's variable idd is no parameter of the method; did you mean 'id'?")]
    [InlineData("{ verb: GET, path: \"/a/x{id}\" }", "in '/a/x{id}' a variable is not a whole segment: 'x{id}'; write it between slashes: /{name}/")]
    [InlineData("{ verb: GET, path: \"/a/{id}/{id}\" }", "in '/a/{id}/{id}' the variable id is there twice; give each its own name")]
    [InlineData("{ verb: GET, path: \"/{id:*}/a\" }", "in '/{id:*}/a' something follows '{id:*}', which takes the whole rest; move it to the end")]
    [InlineData("{ verb: GET, path: /a, query: [idd] }", "'idd' is no parameter of the method; did you mean 'id'?")]
    [InlineData("{ verb: GET, path: \"/{id}\", query: [id] }", "the parameter id is in the path already; name it once")]
    [InlineData("{ verb: GET, path: /a, body: order }", "GET requests have no body; use query:, or verb: POST")]
    [InlineData("{ verb: POST, path: /a, body: order, form: [id] }", "a request has a form or a body, not both; move the form's parameters into the body or the query")]
    [InlineData("{ verb: POST, path: /a, body: order, part: [id] }", "a request has a part or a body, not both; move the part's parameters into the body or the query")]
    [InlineData("{ verb: POST, path: /a, header: [order] }", "the parameter order of type com.acme.Order does not fit into the header; write body: order")]
    [InlineData("{ verb: POST, path: /a, cookie: [order] }", "the parameter order of type com.acme.Order does not fit into the cookie; write body: order")]
    [InlineData("{ verb: POST, path: /a, body: order, cookie: { id: \"a;b\" } }", "'a;b' is no name for a cookie; write cookie: { id: X-id }")]
    [InlineData("{ verb: GET, path: \"/a/{*id}/b\" }", "in '/a/{*id}/b' something follows '{*id}', which takes the whole rest; move it to the end")]
    [InlineData("{ verb: POST, path: /a, body: order, header: { id: \"a b\" } }", "'a b' is no name for a header; write header: { id: X-id }")]
    [InlineData("{ verb: POST, path: /a, boddy: order }", "http has no key 'boddy'; did you mean 'body'?")]
    public void Load_WrongBinding_TellsTheCure(string http, string expected)
    {
        var yaml = $"{Types}services:\n  com.acme.S: {{ methods: {{ a: {{ parameters: {{ id: string, order: Order }}, http: {http} }} }} }}\n";
        Assert.Contains(expected, Problems(yaml).Select(p => p[(p.IndexOf(": ", StringComparison.Ordinal) + 2)..]));
    }

    [Fact]
    public void Load_NameOfAFieldThatIsAKey_IsRefused() => Assert.StartsWith(
        "4:12: 'a' has no key 'name'; use one of: ",
        Assert.Single(Problems("types:\n  com.acme.A:\n    fields:\n      a: { name: b, type: int }")),
        StringComparison.Ordinal);

    [Fact]
    public void Load_BrokenSyntax_IsToldWithItsPlace() =>
        Assert.StartsWith("2:1: not valid YAML", Assert.Single(Problems("types: {a: {")), StringComparison.Ordinal);

    [Fact]
    public void Load_CollidingPaths_NamesBothMethods()
    {
        const string Yaml = """
            services:
              com.acme.A:
                methods:
                  get: { parameters: { id: string }, http: { verb: GET, path: "/orders/{id}" } }
                  find: { parameters: { name: string }, http: { verb: GET, path: "/orders/{name}" } }
                  put: { parameters: { id: string }, http: { verb: PUT, path: "/orders/{id}" } }
              com.acme.B:
                extends: [A]
              com.acme.C:
                extends: [A]
                http: { prefix: /c }
            """;
        Assert.Equal(
            [
                "5:51: GET /orders/{name} of com.acme.A.find is taken by com.acme.A.get; give one of them another path, or its service another http: { prefix: ... }",
                "7:3: GET /orders/{id} of com.acme.B.get is taken by com.acme.A.get; give one of them another path, or its service another http: { prefix: ... }",
                "7:3: GET /orders/{name} of com.acme.B.find is taken by com.acme.A.get; give one of them another path, or its service another http: { prefix: ... }",
                "7:3: PUT /orders/{id} of com.acme.B.put is taken by com.acme.A.put; give one of them another path, or its service another http: { prefix: ... }",
                "9:3: GET /c/orders/{name} of com.acme.C.find is taken by com.acme.C.get; give one of them another path, or its service another http: { prefix: ... }",
            ],
            Problems(Yaml));
    }

    [Fact]
    public void Load_MethodFromTwoParents_WantsADecision()
    {
        const string Yaml = """
            services:
              com.acme.A: { abstract: true, methods: { a: { returns: int } } }
              com.acme.B: { abstract: true, methods: { a: { returns: long } } }
              com.acme.C: { extends: [A, B] }
              com.acme.D: { extends: [A, B], methods: { a: { returns: short } } }
            """;
        Assert.Equal(["4:30: com.acme.C gets a from com.acme.A and from com.acme.B; declare a in com.acme.C, or extend only one of them"], Problems(Yaml));
    }

    [Fact]
    public void Load_SeveralFiles_TellsAllProblemsInTheirOrder()
    {
        var result = ContractLoader.LoadTexts(
            ("b.yaml", "types:\n  com.acme.A: { fields: { x: Vanished } }"),
            ("a.yaml", "types:\n  com.acme.A: { fields: { x: int } }\n  com.acme.C: { fields: { x: Absent, y: int } }"));
        Assert.Equal(
            [
                "b.yaml:2:30: no type Vanished is declared; declare it under types:, or correct the name",
                "a.yaml:2:3: the type com.acme.A is declared twice; remove this one or the one at b.yaml:2",
                "a.yaml:3:30: no type Absent is declared; declare it under types:, or correct the name",
            ],
            result.Problems.Select(p => p.ToString()));
        Assert.Empty(result.Contracts);
    }

    [Fact]
    public void Load_OneProblemAnywhere_LoadsNothing()
    {
        var result = ContractLoader.LoadTexts(
            ("good.yaml", "services: { com.acme.Good: {} }"), ("bad.yaml", "services: { com.acme.Bad: { versin: 1 } }"));
        Assert.Single(result.Problems);
        Assert.Empty(result.Contracts);
        Assert.False(result.IsOk);
    }

    [Fact]
    public void Load_MissingFile_IsAProblem()
    {
        var problem = Assert.Single(ContractLoader.Load(["no-such-file.yaml"]).Problems);
        Assert.Equal("no-such-file.yaml: the file does not exist; create it or correct its path", problem.ToString());
    }

    [Fact]
    public void Load_ManyGenericInstances_ReportAFieldOnce()
    {
        const string Yaml = """
            types:
              com.acme.Box: { generics: [T], fields: { x: Vanished, y: T } }
              com.acme.A: { fields: { a: Box<int>, b: Box<string>, c: Box<long> } }
            """;
        Assert.Single(Problems(Yaml));
    }

    private static void ExpectService(string service, string expected)
    {
        var problems = Problems($"{Types}services:\n  {service}\n");
        var place = expected[..expected.IndexOf(": ", StringComparison.Ordinal)];
        var column = int.Parse(place[2..], System.Globalization.CultureInfo.InvariantCulture) + 2;
        var line = Types.Count(c => c == '\n') + 2;
        Assert.Equal($"{line}:{column}: {expected[(place.Length + 2)..]}", Assert.Single(problems));
    }

    private static void Expect(string yaml, params string[] expected) => Assert.Equal(expected, Problems(yaml));

    private static IEnumerable<string> Problems(string yaml)
    {
        var result = ContractLoader.LoadTexts(("x", yaml));
        Assert.Empty(result.Contracts);
        return result.Problems.Select(p => p.ToString()[2..]);
    }
}
