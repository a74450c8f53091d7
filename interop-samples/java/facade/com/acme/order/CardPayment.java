package com.acme.order;

public class CardPayment extends Payment {
    private String card;
}
