/// Chat templates: {@link dev.mens.chat.JinjaChatTemplates} finds and compiles them, {@link
/// dev.mens.chat.JinjaTemplate} renders conversations.
@NullMarked
package dev.mens.chat;

import org.jspecify.annotations.NullMarked;
