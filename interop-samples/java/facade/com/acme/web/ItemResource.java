package com.acme.web;

import com.acme.order.Item;
import jakarta.ws.rs.*;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;

@Path("items/")
public interface ItemResource {
    @GET
    @Path("{sku: [a-z]+}")
    Item get(@PathParam("sku") String sku, @HeaderParam("If-None-Match") String tag);

    @GET
    List<Item> list(@DefaultValue("20") @QueryParam("max") int max, @CookieParam("s") String session, @Context UriInfo uri);

    @POST
    Item add(Item item);

    @PUT
    @Path("{sku}/stock")
    void stock(@PathParam("sku") String sku, @FormParam("level") int level);

    @GET
    @Path("files/{path: .*}")
    byte[] file(@PathParam("path") String path);

    @OPTIONS
    String options();
}
