package com.acme.impl;

import com.acme.order.StockFacade;
import com.alipay.sofa.runtime.api.annotation.SofaService;

@SofaService(uniqueId = "eu")
public class StockProvider implements StockFacade {
    @Override
    public int left(String sku) {
        return 0;
    }
}
