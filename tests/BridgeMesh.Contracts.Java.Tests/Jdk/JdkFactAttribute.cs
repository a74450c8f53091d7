using BridgeMesh.Testing;

namespace BridgeMesh.Contracts.Java.Tests.Jdk;

/// <summary>A test that needs javac.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class JdkFactAttribute() : InstalledFactAttribute(JavaCompiler.IsThere, "no javac; apt-get install default-jdk-headless");
