package com.acme.order;

import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;

public class Order extends Entity<String> {
    public static final int MAX_ITEMS = 100;
    private long number;
    private OrderStatus status;
    @DecimalMin("0")
    private BigDecimal total;
    private Date created;
    private Address address;
    @NotNull
    @Size(min = 1, max = MAX_ITEMS)
    private List<Item> items;
    private Map<String, List<String>> notes;
    private Map<Long, Item> byRank;
    private Map<Item, String> odd;
    private Set<OrderStatus> history;
    private Queue<Item> waiting;
    private Optional<String> coupon;
    private Item[] gifts;
    private byte[] signature;
    private char[] pin;
    private int[][] grid;
    private Integer count;
    private boolean paid;
    private UUID trace;
    private Payment payment;
    private Shape stamp;
    private Object extra;
    private java.net.URI link;
    private Order parent;
    private OrderList children;
    private Warehouse.Shelf shelf;
    private Tree<String> tags;
    private transient Object cache;

    @Size(max = 40)
    public String getCode() {
        return "";
    }
}
