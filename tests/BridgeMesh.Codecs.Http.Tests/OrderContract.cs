using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Http.Tests;

/// <summary>A contract with every form of binding.</summary>
internal static class OrderContract
{
    internal static readonly TypeShape String = Boxed("java.lang.String", ShapeKind.String);
    internal static readonly TypeShape Int = Primitive("int", ShapeKind.Int32);
    internal static readonly TypeShape Integer = Boxed("java.lang.Integer", ShapeKind.Int32);
    internal static readonly TypeShape Long = Primitive("long", ShapeKind.Int64);
    internal static readonly TypeShape Decimal = Boxed("java.math.BigDecimal", ShapeKind.Decimal);
    internal static readonly TypeShape Bytes = Boxed("[B", ShapeKind.Bytes);
    internal static readonly TypeShape Void = Primitive("void", ShapeKind.Void);

    internal static readonly TypeShape Strings = new()
    {
        Kind = ShapeKind.List,
        JavaType = TypeName.Of("java.util.List"),
        JavaDescriptor = "Ljava/util/List;",
        Element = String,
    };

    internal static readonly StructShape Order = Struct(
        "com.acme.Order", isException: false, ("id", String), ("count", Int), ("total", Decimal));

    internal static readonly StructShape OrderException = Struct(
        "com.acme.OrderException", isException: true, ("code", Int), ("status", String), ("reason", String));

    /// <summary>An exception that the contract puts as 410.</summary>
    internal static readonly StructShape GoneException = Gone();

    internal static readonly TypeShape OrderType = new()
    {
        Kind = ShapeKind.Struct,
        JavaType = Order.JavaType,
        JavaDescriptor = "Lcom/acme/Order;",
        Struct = Order,
    };

    internal static readonly TypeShape Address = Class("com.acme.Address", ("city", String), ("zip", Integer));

    internal static readonly TypeShape Line = Class("com.acme.Line", ("sku", String), ("count", Int), ("tags", Strings));

    internal static readonly TypeShape Search = Class(
        "com.acme.Search",
        ("customer", String),
        ("address", Address),
        ("items", ListOf(Line)),
        ("tags", Strings),
        ("attrs", MapOf(Integer)),
        ("min", Decimal));

    internal static readonly TypeShape Upload = Class(
        "com.acme.Upload", ("fileName", String), ("contentType", String), ("size", Long), ("content", Bytes));

    internal static readonly ServiceContract Service = new(
        new ServiceKey("com.acme.OrderService", "1.0"),
        [
            Method("greet", String, [("name", String)], Http("GET", "/shop/greetings", (HttpSource.Query, "name"))),
            Method(
                "add",
                Long,
                [("left", Int), ("right", Long)],
                Http("GET", "/shop/sums/{left}/{right}", (HttpSource.Path, "left"), (HttpSource.Path, "right"))),
            Method("get", OrderType, [("id", String)], Http("GET", "/shop/orders/{id}", (HttpSource.Path, "id"))),
            Method("place", OrderType, [("order", OrderType)], Http("POST", "/shop/orders", (HttpSource.Body, "order"))),
            Method("latest", OrderType, [], Http("GET", "/shop/orders/latest")),
            Method("file", String, [("path", String)], Http("GET", "/shop/files/{path:*}", (HttpSource.Path, "path"))),
            Method("tagged", Strings, [("tags", Strings)], Http("GET", "/shop/tags", (HttpSource.Query, "tag"))),
            Method(
                "tenant",
                String,
                [("tenant", String), ("flags", Strings)],
                Http("GET", "/shop/tenant", (HttpSource.Header, "x-tenant"), (HttpSource.Header, "x-flags"))),
            Method(
                "form",
                String,
                [("value", String), ("count", Integer)],
                Http("POST", "/shop/forms", (HttpSource.Form, "value"), (HttpSource.Form, "count"))),
            Method(
                "update",
                OrderType,
                [("id", String), ("order", OrderType), ("note", String)],
                Http(
                    "PUT",
                    "/shop/orders/{id}",
                    (HttpSource.Path, "id"), (HttpSource.BodyMember, "order"), (HttpSource.BodyMember, "note"))),
            Method("blob", String, [("text", String)], Http("POST", "/shop/blobs", (HttpSource.Body, "text"))),
            Method("bytes", Bytes, [("data", Bytes)], Http("POST", "/shop/bytes", (HttpSource.Body, "data"))),
            Method("touch", Void, [("id", String)], Http("PUT", "/shop/orders/{id}/touch", (HttpSource.Path, "id"))),
            Method("search", String, [("filter", Search)], Http("GET", "/shop/search", (HttpSource.Query, ""))),
            Method(
                "searchPage",
                String,
                [("filter", Search), ("page", Int)],
                Http("GET", "/shop/search/pages", (HttpSource.Query, "f"), (HttpSource.Query, "page"))),
            Method("submit", String, [("filter", Search)], Http("POST", "/shop/search", (HttpSource.Form, ""))),
            Method("lines", String, [("items", ListOf(Line))], Http("GET", "/shop/lines", (HttpSource.Query, "items"))),
            Method(
                "options",
                String,
                [("all", MapOf(String)), ("page", Integer)],
                Http("GET", "/shop/options", (HttpSource.Query, ""), (HttpSource.Query, "page"))),
            Method(
                "session",
                String,
                [("id", String), ("visits", Integer)],
                Http("GET", "/shop/session", (HttpSource.Cookie, "SESSION"), (HttpSource.Cookie, "visits"))),
            Method("tree", String, [("path", String)], Http("GET", "/shop/tree/{*path}", (HttpSource.Path, "path"))),
            Method(
                "upload",
                String,
                [("file", Upload), ("order", OrderType), ("note", String), ("raw", Bytes), ("more", ListOf(Bytes)), ("copies", Integer)],
                Http(
                    "POST",
                    "/shop/uploads",
                    (HttpSource.Part, "file"),
                    (HttpSource.Part, "order"),
                    (HttpSource.Part, "note"),
                    (HttpSource.Part, "raw"),
                    (HttpSource.Part, "more"),
                    (HttpSource.Form, "copies"))),
            Method("notify", Void, [("id", String)], Http("POST", "/shop/notices/{id}", (HttpSource.Path, "id")), isOneWay: true),
            Method("bare", Int, [("count", Int)], null),
            Method("swap", String, [("value", String)], null),
            Method("swap", String, [("value", Int)], null),
        ]);

    internal static MethodShape Shape(string name) => Service.Overloads(name)[0];

    private static MethodShape Method(
        string name, TypeShape returns, (string Name, TypeShape Type)[] parameters, HttpBinding? http, bool isOneWay = false) => new()
        {
            Name = name,
            Parameters = [.. parameters.Select(p => new ParameterShape(p.Name, p.Type))],
            Returns = returns,
            Exceptions = [OrderException, GoneException],
            Http = http,
            OneWay = isOneWay,
            Signature = JavaSignature.Of(string.Concat(parameters.Select(p => p.Type.JavaDescriptor))),
        };

    private static HttpBinding Http(string verb, string path, params (HttpSource Source, string Name)[] parameters) => new()
    {
        Verb = verb,
        PathTemplate = path,
        Parameters = [.. parameters.Select((p, i) => new HttpParameter(i, p.Source, p.Name))],
    };

    private static StructShape Struct(string name, bool isException, params (string Name, TypeShape Type)[] fields)
    {
        var shape = new StructShape(TypeName.Of(name), isException);
        shape.SetFields([.. fields.Select(f => new FieldShape(FieldName.Of(f.Name), f.Type))]);
        return shape;
    }

    private static StructShape Gone()
    {
        var shape = new StructShape(TypeName.Of("com.acme.GoneException"), isException: true) { HttpStatus = 410 };
        shape.SetFields([new FieldShape(FieldName.Of("since"), Integer), new FieldShape(FieldName.Of("path"), String)]);
        return shape;
    }

    private static TypeShape Class(string name, params (string Name, TypeShape Type)[] fields) => new()
    {
        Kind = ShapeKind.Struct,
        JavaType = TypeName.Of(name),
        JavaDescriptor = JavaDescriptors.ToDescriptor(name),
        Struct = Struct(name, isException: false, fields),
    };

    private static TypeShape ListOf(TypeShape element) => new()
    {
        Kind = ShapeKind.List,
        JavaType = TypeName.Of("java.util.List"),
        JavaDescriptor = "Ljava/util/List;",
        Element = element,
    };

    private static TypeShape MapOf(TypeShape value) => new()
    {
        Kind = ShapeKind.Map,
        JavaType = TypeName.Of("java.util.Map"),
        JavaDescriptor = "Ljava/util/Map;",
        Key = String,
        Element = value,
    };

    private static TypeShape Boxed(string name, ShapeKind kind) => new()
    {
        Kind = kind,
        JavaType = TypeName.Of(name),
        JavaDescriptor = JavaDescriptors.ToDescriptor(name),
    };

    private static TypeShape Primitive(string name, ShapeKind kind) => new()
    {
        Kind = kind,
        JavaType = TypeName.Of(name),
        JavaDescriptor = JavaDescriptors.ToDescriptor(name),
        Nullable = false,
    };
}
