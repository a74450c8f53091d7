package com.acme.order;

import java.io.Serializable;
import java.util.List;

public class Page<T> implements Serializable {
    private int total;
    private List<T> items;
}
