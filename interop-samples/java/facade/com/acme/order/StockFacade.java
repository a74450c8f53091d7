package com.acme.order;

public interface StockFacade {
    int left(String sku);
}
