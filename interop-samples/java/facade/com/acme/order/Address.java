package com.acme.order;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.util.List;

public record Address(@NotBlank String street, String city, @Pattern(regexp = "[0-9]{5}") String zip, List<String> lines) {
    public static final Address NOWHERE = new Address("", "", "", List.of());
}
