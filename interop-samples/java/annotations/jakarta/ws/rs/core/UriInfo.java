package jakarta.ws.rs.core;

public interface UriInfo {
    String getPath();
}
