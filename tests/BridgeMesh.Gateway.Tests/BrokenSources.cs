using System.IO.Compression;
using System.Text;

namespace BridgeMesh.Gateway.Tests;

/// <summary>Small sources of contracts as bytes, whole ones and broken ones.</summary>
internal static class BrokenSources
{
    // package com.acme; public interface Greeter { String greet(String name, int times); } by javac -parameters --release 8
    private const string Greeter =
        "yv66vgAAADQADAcAAgEAEGNvbS9hY21lL0dyZWV0ZXIHAAQBABBqYXZhL2xhbmcvT2JqZWN0AQAFZ3JlZXQBACcoTGphdmEvbGFuZy9TdHJpbmc7SSlMamF2YS9sYW5nL1N0"
        + "cmluZzsBABBNZXRob2RQYXJhbWV0ZXJzAQAEbmFtZQEABXRpbWVzAQAKU291cmNlRmlsZQEADEdyZWV0ZXIuamF2YQYBAAEAAwAAAAAAAQQBAAUABgABAAcAAAAJAgAIAAAACQAA"
        + "AAEACgAAAAIACw==";

    // demo.proto: service demo.Orders { rpc Find (FindRequest) returns (Order); }, Order { string id = 1; sint64 cents = 2; }
    private const string DemoSet =
        "CpoBCgpkZW1vLnByb3RvEgRkZW1vIh0KC0ZpbmRSZXF1ZXN0Eg4KAmlkGAEgASgJUgJpZCItCgVPcmRlchIOCgJpZBgBIAEoCVICaWQSFAoFY2VudHMYAiABKBJSBWNlbnRzMjAK"
        + "Bk9yZGVycxImCgRGaW5kEhEuZGVtby5GaW5kUmVxdWVzdBoLLmRlbW8uT3JkZXJiBnByb3RvMw==";

    /// <param name="name">Seven letters, as its place in the bytes has.</param>
    public static byte[] Class(string name) => Replaced(Convert.FromBase64String(Greeter), "Greeter", name);

    /// <param name="service">Six letters.</param>
    public static byte[] Set(string service) => Replaced(Convert.FromBase64String(DemoSet), "Orders", service);

    /// <summary>The class with bytes at a place changed.</summary>
    public static byte[] ClassWith(int place, params byte[] bytes)
    {
        var changed = Class("Greeter");
        bytes.CopyTo(changed, place);
        return changed;
    }

    public static void WriteJar(string file, string entry, byte[] content)
    {
        using var archive = ZipFile.Open(file, ZipArchiveMode.Create);
        using var stream = archive.CreateEntry(entry).Open();
        stream.Write(content);
    }

    private static byte[] Replaced(byte[] bytes, string from, string to)
    {
        Assert.Equal(from.Length, to.Length);
        var (old, now) = (Encoding.ASCII.GetBytes(from), Encoding.ASCII.GetBytes(to));
        for (var at = bytes.AsSpan().IndexOf(old); at >= 0; at = bytes.AsSpan().IndexOf(old))
        {
            if (from == to)
            {
                break;
            }

            now.CopyTo(bytes, at);
        }

        return bytes;
    }
}
