package com.acme.order;

import java.util.List;

public class Page<T> implements java.io.Serializable {
    private int total;
    private List<T> items;
    private Page<T> next;
}
