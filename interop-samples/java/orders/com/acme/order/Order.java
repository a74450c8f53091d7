package com.acme.order;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.Date;
import java.util.List;
import java.util.Map;

public class Order implements Serializable {
    @NotNull
    private String id;
    private long number;
    private OrderStatus status;
    private BigDecimal total;
    private Date created;
    private Address address;
    @Size(max = 1000)
    private List<Item> items;
    private List<String> tags;
    private Map<String, String> notes;
}
