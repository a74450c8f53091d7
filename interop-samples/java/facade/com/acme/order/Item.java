package com.acme.order;

import java.io.Serializable;
import java.math.BigDecimal;

public class Item implements Serializable {
    public String sku;
    protected int quantity;
    BigDecimal price;
}
