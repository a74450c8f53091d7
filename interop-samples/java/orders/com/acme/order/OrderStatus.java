package com.acme.order;

public enum OrderStatus {
    NEW, PAID, SHIPPED
}
