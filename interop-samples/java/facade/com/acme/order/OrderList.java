package com.acme.order;

import java.util.ArrayList;

public class OrderList extends ArrayList<Order> {
    private static final long serialVersionUID = 1L;
}
