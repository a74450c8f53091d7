package com.acme.web;

import feign.Headers;
import feign.Param;
import feign.QueryMap;
import feign.RequestLine;
import java.math.BigDecimal;
import java.util.Map;

public interface PriceClient {
    @RequestLine("GET /prices/{sku}?currency={cur}")
    @Headers("X-Token: {token}")
    BigDecimal price(@Param("sku") String sku, @Param("cur") String currency, @Param("token") String token);

    @RequestLine("POST /prices/{sku}")
    void change(@Param("sku") String sku, BigDecimal price);

    @RequestLine("GET /prices")
    Map<String, BigDecimal> all(@QueryMap Map<String, String> filter);
}
