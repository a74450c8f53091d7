using BridgeMesh.Core.Contracts;
using BridgeMesh.Core.Contracts.Writing;

namespace BridgeMesh.Core.Tests.Contracts;

/// <summary>Contracts as a page; tests/cli/run-export.sh lets a Markdown reader judge whole ones.</summary>
public sealed class MarkdownPageTests
{
    [Fact]
    public void Write_AService_TellsAllThatACallerNeeds()
    {
        const string Yaml = """
            types:
              a.Order: { doc: An order., fields: { id: { type: string, doc: not blank }, state: State, pages: Page<Order> } }
              a.Page: { generics: [T], fields: { items: list<T> } }
              a.State: { enum: { NEW: 0, PAID: 5 } }
              a.Gone: { exception: checked, httpStatus: 410, doc: Sold out., fields: { code: int } }
            services:
              a.Shop:
                doc: Sells things.
                version: "1.0"
                methods:
                  get:
                    doc: Finds one.
                    parameters: { id: { type: string, doc: the number }, max: int }
                    returns: { type: Order, doc: never null }
                    throws: [Gone]
                    idempotent: true
                    http: { verb: GET, path: "/orders/{id}", query: { max: m } }
            """;
        Assert.Equal(
            """
            # Services

            *from a.yaml*

            - [a.Shop:1.0](#a.Shop-3a1.0)

            ## <a id="a.Shop-3a1.0"></a>a.Shop

            Sells things.

            - version: `1.0`

            ### <a id="a.Shop-3a1.0.get"></a>get

            Finds one.

            - Java: `a.Order get(java.lang.String id, int max)`
            - HTTP: `GET /orders/{id}`
            - gRPC: `/a.Shop/get`
            - idempotent: a second execution does no harm

            | parameter | type | null | in HTTP | |
            |---|---|---|---|---|
            | `id` | string | yes | path `id` | the number |
            | `max` | int | no | query `m` |  |

            Returns [Order](#a.Order): never null

            | error | HTTP | gRPC | |
            |---|---|---|---|
            | [Gone](#a.Gone) | 410 | UNKNOWN (2) | Sold out. |

            ## Types

            ### <a id="a.Order"></a>a.Order

            An order.

            | field | type | null | number | |
            |---|---|---|---|---|
            | `id` | string | yes | 1 | not blank |
            | `state` | [State](#a.State) | yes | 2 |  |
            | `pages` | [Page\<Order\>](#a.Page-3ca.Order-3e) | yes | 3 |  |

            ### <a id="a.Gone"></a>a.Gone

            Sold out.

            - an exception

            | field | type | null | number | |
            |---|---|---|---|---|
            | `code` | int | no | 1 |  |

            ### <a id="a.State"></a>a.State

            | constant | number |
            |---|---|
            | `NEW` | 0 |
            | `PAID` | 5 |

            ### <a id="a.Page-3ca.Order-3e"></a>a.Page\<a.Order\>

            | field | type | null | number | |
            |---|---|---|---|---|
            | `items` | list\<[Order](#a.Order)\> | yes | 1 |  |

            """,
            Page(Yaml));
    }

    [Theory]
    [InlineData("a | b", "a \\| b")]
    [InlineData("<script>x</script> & &lt;", "\\<script\\>x\\</script\\> \\& \\&lt;")]
    [InlineData("`code` *bold* _it_ ~~no~~ [a](b) ![i](j)", "\\`code\\` \\*bold\\* \\_it\\_ \\~\\~no\\~\\~ \\[a\\](b) \\!\\[i\\](j)")]
    [InlineData("# head", "\\# head")]
    [InlineData("- item", "\\- item")]
    [InlineData("+ item", "\\+ item")]
    [InlineData("12. item", "12\\. item")]
    [InlineData("3) item", "3\\) item")]
    [InlineData("ends in 12.", "ends in 12.")]
    [InlineData("====", "\\====")]
    [InlineData("---", "\\---")]
    [InlineData("    code", "code")]
    [InlineData("a  \t b  ", "a b")]
    [InlineData("back\\slash", "back\\\\slash")]
    [InlineData("red\u001b[31m", "red\uFFFD\\[31m")]
    [InlineData("\u202Eevil", "\uFFFDevil")]
    public void Line_OfAnyText_MeansItself(string text, string expected) => Assert.Equal(expected, MarkdownText.Line(text));

    [Theory]
    [InlineData("plain", "`plain`")]
    [InlineData("a`b", "``a`b``")]
    [InlineData("`a``b", "``` `a``b ```")]
    [InlineData("a|b", "`a\\|b`")]
    [InlineData("a\nb", "`a b`")]
    [InlineData("  ", "")]
    public void Code_OfAnyText_HoldsIt(string text, string expected) => Assert.Equal(expected, MarkdownText.Code(text, inTable: true));

    [Fact]
    public void Write_Overloads_HaveTheirNamesInProtobuf()
    {
        const string Yaml = """
            services:
              a.Shop:
                proto: a.v1.Shop
                methods:
                  find: [{ parameters: { id: string } }, { parameters: { id: string, count: int } }, { parameters: { at: date }, proto: findDay }]
            """;
        var lines = Page(Yaml).Split('\n');
        Assert.Equal(
            ["- gRPC: `/a.v1.Shop/find`", "- gRPC: `/a.v1.Shop/findByIdAndCount`", "- gRPC: `/a.v1.Shop/findDay`"],
            lines.Where(static l => l.StartsWith("- gRPC", StringComparison.Ordinal)));
    }

    [Fact]
    public void Paragraphs_KeepTheirLines() => Assert.Equal("one\n\\- two\n\nthree", MarkdownText.Paragraphs("\none\r\n- two\n \nthree\n"));

    private static string Page(string yaml)
    {
        var loaded = ContractLoader.LoadTexts(("a.yaml", yaml));
        Assert.True(loaded.IsOk, string.Join('\n', loaded.Problems));
        return MarkdownPage.Write(loaded.Contracts, "from a.yaml");
    }
}
