using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Grpc.Services;

/// <summary>Messages of gRPC's reflection. Source: grpc/reflection/v1/reflection.proto, whose numbers these are.</summary>
internal static class ReflectionShapes
{
    internal static readonly FieldName Host = FieldName.Of("host");
    internal static readonly FieldName ByFilename = FieldName.Of("fileByFilename");
    internal static readonly FieldName ContainingSymbol = FieldName.Of("fileContainingSymbol");
    internal static readonly FieldName ContainingExtension = FieldName.Of("fileContainingExtension");
    internal static readonly FieldName ExtensionNumbersOfType = FieldName.Of("allExtensionNumbersOfType");
    internal static readonly FieldName ListServices = FieldName.Of("listServices");
    internal static readonly FieldName ContainingType = FieldName.Of("containingType");
    internal static readonly FieldName ExtensionNumber = FieldName.Of("extensionNumber");
    internal static readonly FieldName ValidHost = FieldName.Of("validHost");
    internal static readonly FieldName OriginalRequest = FieldName.Of("originalRequest");
    internal static readonly FieldName FileResponse = FieldName.Of("fileDescriptorResponse");
    internal static readonly FieldName ExtensionsResponse = FieldName.Of("allExtensionNumbersResponse");
    internal static readonly FieldName ServicesResponse = FieldName.Of("listServicesResponse");
    internal static readonly FieldName ErrorResponse = FieldName.Of("errorResponse");
    internal static readonly FieldName FileDescriptors = FieldName.Of("fileDescriptorProto");
    internal static readonly FieldName TypeOfExtensions = FieldName.Of("baseTypeName");
    internal static readonly FieldName Service = FieldName.Of("service");
    internal static readonly FieldName Name = FieldName.Of("name");
    internal static readonly FieldName ErrorCode = FieldName.Of("errorCode");
    internal static readonly FieldName ErrorMessage = FieldName.Of("errorMessage");

    /// <summary>The service of one of the two packages that it is in.</summary>
    internal static ServiceContract ContractOf(string package)
    {
        const string Asked = "message_request";
        const string Answered = "message_response";
        var extension = ServiceShapes.Message(
            $"{package}.ExtensionRequest",
            ServiceShapes.Field(ContainingType, 1, ServiceShapes.Text, "containing_type"),
            ServiceShapes.Field(ExtensionNumber, 2, ServiceShapes.Number, "extension_number"));
        var request = ServiceShapes.Message(
            $"{package}.ServerReflectionRequest",
            ServiceShapes.Field(Host, 1, ServiceShapes.Text),
            ServiceShapes.Field(ByFilename, 3, ServiceShapes.Text, "file_by_filename", Asked),
            ServiceShapes.Field(ContainingSymbol, 4, ServiceShapes.Text, "file_containing_symbol", Asked),
            ServiceShapes.Field(ContainingExtension, 5, extension, "file_containing_extension", Asked),
            ServiceShapes.Field(ExtensionNumbersOfType, 6, ServiceShapes.Text, "all_extension_numbers_of_type", Asked),
            ServiceShapes.Field(ListServices, 7, ServiceShapes.Text, "list_services", Asked));
        var files = ServiceShapes.Message(
            $"{package}.FileDescriptorResponse",
            ServiceShapes.Field(FileDescriptors, 1, ServiceShapes.List(ServiceShapes.Octets), "file_descriptor_proto"));
        var numbers = ServiceShapes.Message(
            $"{package}.ExtensionNumberResponse",
            ServiceShapes.Field(TypeOfExtensions, 1, ServiceShapes.Text, "base_type_name"),
            ServiceShapes.Field(ExtensionNumber, 2, ServiceShapes.List(ServiceShapes.Number), "extension_number"));
        var service = ServiceShapes.Message($"{package}.ServiceResponse", ServiceShapes.Field(Name, 1, ServiceShapes.Text));
        var services = ServiceShapes.Message(
            $"{package}.ListServiceResponse", ServiceShapes.Field(Service, 1, ServiceShapes.List(service)));
        var error = ServiceShapes.Message(
            $"{package}.ErrorResponse",
            ServiceShapes.Field(ErrorCode, 1, ServiceShapes.Number, "error_code"),
            ServiceShapes.Field(ErrorMessage, 2, ServiceShapes.Text, "error_message"));
        var response = ServiceShapes.Message(
            $"{package}.ServerReflectionResponse",
            ServiceShapes.Field(ValidHost, 1, ServiceShapes.Text, "valid_host"),
            ServiceShapes.Field(OriginalRequest, 2, request, "original_request"),
            ServiceShapes.Field(FileResponse, 4, files, "file_descriptor_response", Answered),
            ServiceShapes.Field(ExtensionsResponse, 5, numbers, "all_extension_numbers_response", Answered),
            ServiceShapes.Field(ServicesResponse, 6, services, "list_services_response", Answered),
            ServiceShapes.Field(ErrorResponse, 7, error, "error_response", Answered));
        return ServiceShapes.Contract(
            $"{package}.ServerReflection",
            ServiceShapes.Method("ServerReflectionInfo", request, response, streamsIn: true, streamsOut: true));
    }
}
