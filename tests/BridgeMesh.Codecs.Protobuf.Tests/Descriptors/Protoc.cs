using System.Diagnostics;
using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace BridgeMesh.Codecs.Protobuf.Descriptors;

/// <summary>protoc as a judge: it refuses descriptors that no source could have given.</summary>
internal static class Protoc
{
    private static readonly string Path = typeof(Protoc).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static a => a.Key == "protoc").Value!;

    /// <summary>Where protoc's package has the files of google.protobuf.</summary>
    private static readonly string Includes =
        System.IO.Path.GetFullPath("../../build/native/include", System.IO.Path.GetDirectoryName(Path)!);

    /// <summary>A message as protobuf's text, by nothing but the descriptors.</summary>
    internal static string Decode(IEnumerable<DescribedFile> files, string message, byte[] bytes)
    {
        var set = new FileDescriptorSet();
        set.File.AddRange(InOrder(files).Select(static f => FileDescriptorProto.Parser.ParseFrom(f.Descriptor.Span)));
        var file = System.IO.Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, set.ToByteArray());
            var start = new ProcessStartInfo(Path)
            {
                ArgumentList = { $"--descriptor_set_in={file}", $"--decode={message}" },
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            process.StandardInput.BaseStream.Write(bytes);
            process.StandardInput.Close();
            var text = process.StandardOutput.ReadToEnd();
            var problems = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, problems);
            return text;
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The descriptors of .proto files and all that they import, without comments; what protoc warns of is a fault too.</summary>
    internal static FileDescriptorSet Compile(IEnumerable<ProtoSource> sources)
    {
        var folder = Directory.CreateTempSubdirectory("bridgemesh-protoc");
        try
        {
            var set = System.IO.Path.Combine(folder.FullName, "all.binpb");
            var start = new ProcessStartInfo(Path)
            {
                ArgumentList = { $"--proto_path={folder.FullName}", $"--proto_path={Includes}", "--include_imports", $"--descriptor_set_out={set}" },
                RedirectStandardError = true,
            };
            foreach (var source in sources)
            {
                var file = System.IO.Path.Combine(folder.FullName, source.Name);
                Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
                File.WriteAllText(file, source.Text);
                start.ArgumentList.Add(source.Name);
            }

            using var process = Process.Start(start)!;
            var problems = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, problems);
            return FileDescriptorSet.Parser.ParseFrom(File.ReadAllBytes(set));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The descriptor set of one .proto file, comments and all.</summary>
    internal static byte[] Compile(string proto)
    {
        var folder = Directory.CreateTempSubdirectory("bridgemesh-protoc");
        try
        {
            File.WriteAllText(System.IO.Path.Combine(folder.FullName, "a.proto"), proto);
            var set = System.IO.Path.Combine(folder.FullName, "a.binpb");
            var start = new ProcessStartInfo(Path)
            {
                ArgumentList = { $"--proto_path={folder.FullName}", "--include_source_info", $"--descriptor_set_out={set}", "a.proto" },
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            var problems = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, problems);
            return File.ReadAllBytes(set);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The files, each behind those that it imports.</summary>
    internal static List<DescribedFile> InOrder(IEnumerable<DescribedFile> files)
    {
        var byName = files.ToDictionary(static f => f.Name);
        var order = new List<DescribedFile>();
        void Add(string name)
        {
            var file = byName[name];
            if (!order.Contains(file))
            {
                foreach (var import in file.Imports)
                {
                    Add(import);
                }

                order.Add(file);
            }
        }

        foreach (var name in byName.Keys)
        {
            Add(name);
        }

        return order;
    }
}
