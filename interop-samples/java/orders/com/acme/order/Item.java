package com.acme.order;

import java.io.Serializable;
import java.math.BigDecimal;

public class Item implements Serializable {
    private String sku;
    private int quantity;
    private BigDecimal price;
}
